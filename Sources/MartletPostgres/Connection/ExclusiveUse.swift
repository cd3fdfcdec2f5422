/// Where the one stands that uses a connection alone: a script, a load or a stream.
///
/// Confined to the event loop of the connection.
struct ExclusiveUse {
    /// Who waits for the socket.
    var socketWaiter: CheckedContinuation<Void, Never>?
    /// Whether it is to end early: what is still to come is read to its end, and no longer given up.
    var isEnding = false
    /// Whether the server has been asked to cancel it.
    var isInterrupted = false
    /// When the connection is given up, should the end not come.
    var timer: TimerQueue.ID?
    /// The stream that is open, until the Sync that ends it has come.
    var stream: StreamMark?
    /// Whether the stream's statement may still run on the server.
    var isStreamRunning = false
    /// How the columns of the stream are to be read, where they come in binary.
    var codecs: [CellCodec?]?

    /// Lets the one that waits for the socket go on.
    mutating func wake() {
        let waiter = socketWaiter
        socketWaiter = nil
        waiter?.resume()
    }
}

/// The identity of one stream.
final class StreamMark: Sendable {}
