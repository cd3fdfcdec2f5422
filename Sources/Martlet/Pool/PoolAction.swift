/// What a pool's state machine asks for.
package enum PoolAction<Request: Sendable>: Sendable {
    /// Give this session to whoever asked. It is then answered with `release`.
    case lease(Request, slot: Int)
    /// Tell whoever asked that there is nothing to be had.
    case fail(Request, PoolRefusal)
    /// Open a session. Answered with `connected` or `connectFailed`.
    case connect(slot: Int)
    /// Ask the server whether the session is alive, after a ROLLBACK if a transaction is open.
    ///
    /// Answered with `validated`.
    case validate(slot: Int)
    /// End the session, whoever holds it. Answered with `closed`.
    case close(slot: Int)
    /// Somebody has held the session for long: tell who.
    case reportLeak(slot: Int)
    /// The pool has shut down and holds nothing.
    case finish
}

/// Why a request is not met.
package enum PoolRefusal: Sendable, Hashable {
    case timedOut, cancelled, tooManyWaiters, shutDown, cannotConnect
}

extension PoolAction: Equatable where Request: Equatable {}
extension PoolAction: Hashable where Request: Hashable {}
