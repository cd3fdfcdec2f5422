internal import MartletCore

/// Commands that were sent together and end with one Sync: what is expected, and what has come.
///
/// An exchange is in flight from the moment it is sent until its Sync answers or the connection breaks; it leaves that
/// state exactly once, by resuming its caller.
///
/// Confined to the event loop of its connection, which is why it is `@unchecked Sendable`.
final class Exchange: @unchecked Sendable {
    /// Why its caller wants it to end early.
    enum Stop {
        case cancelled, deadline
    }

    /// One result for each command, in order.
    var results: [ReceivedResult] = []
    /// A command after a failed one in the same exchange.
    var wasAborted = false
    var stop: Stop?
    /// Whether the server has been asked to cancel it.
    var isCancelSent = false
    var timer: TimerQueue.ID?
    private var continuation: CheckedContinuation<EngineError?, Never>?
    private var outcome: EngineError??

    /// Waits for the end; nil if all results have come.
    func wait(_ continuation: CheckedContinuation<EngineError?, Never>) {
        if let outcome {
            continuation.resume(returning: outcome)
        } else {
            self.continuation = continuation
        }
    }

    func finish(_ error: EngineError?) {
        outcome = .some(error)
        continuation?.resume(returning: error)
        continuation = nil
    }

    deinit {
        for result in results { result.discard() }
    }

    /// Hands the results over; the caller frees them.
    func takeResults() -> [ReceivedResult] {
        defer { results = [] }
        return results
    }
}
