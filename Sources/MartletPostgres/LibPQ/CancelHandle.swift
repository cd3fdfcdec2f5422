internal import CLibPQ

/// The address and key by which a server is asked to cancel what a session does.
final class CancelHandle: @unchecked Sendable {
    /// PQcancel is documented as safe from any thread; the handle is never changed.
    private let cancel: OpaquePointer

    init(_ cancel: OpaquePointer) {
        self.cancel = cancel
    }

    deinit {
        PQfreeCancel(cancel)
    }

    /// Connects, asks, and waits until the server has passed it on.
    ///
    /// Blocks its thread for two round trips.
    func send() {
        var message = [CChar](repeating: 0, count: 256)
        _ = PQcancel(cancel, &message, Int32(message.count))
    }
}
