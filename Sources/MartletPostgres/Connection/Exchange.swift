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

    /// Where the next exchange will find itself.
    let placeBehind: TransactionPlace
    /// Whether it is a transaction of its own: if it fails, nothing of it has happened, and it may be sent again.
    var isOwnTransaction: Bool { placeBehind == .outside }
    /// One result for each command, in order.
    var results = ReceivedResults()
    var stop: Stop?
    /// Whether the server has been asked to cancel it.
    var isCancelSent = false
    /// Whether it was under way when the server was asked to cancel another, which may then have hit this one.
    var mayBeHit = false
    var timer: TimerQueue.ID?
    /// The chain that it is a part of.
    var link: StatementChain.Link?
    private var continuation: UnsafeContinuation<EngineError?, Never>?
    private var outcome: EngineError??

    init(placeBehind: TransactionPlace) {
        self.placeBehind = placeBehind
    }

    deinit {
        for result in results { result.discard() }
    }

    /// Waits for the end; nil if all results have come.
    func wait(_ continuation: UnsafeContinuation<EngineError?, Never>) {
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

    /// Hands the results over; the caller frees them.
    func takeResults() -> ReceivedResults {
        defer { results = ReceivedResults() }
        return results
    }

    /// Whether it failed for something that is not its own fault, and can be sent again without doing anything twice.
    var mustRepeat: Bool {
        // Whatever fails, all commands after it fail too.
        guard isOwnTransaction, stop == nil, let last = results.last, last.isUnsuccessful,
            let failed = results.first(where: \.isFailure)
        else { return false }
        return failed.isOutdated || mayBeHit && failed.sqlState == PostgresError.queryCanceled
    }
}
