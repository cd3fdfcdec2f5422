internal import Synchronization

/// Somebody who asks for a connection, until it is answered.
///
/// begun → waiting → settled, or begun → settled where the answer comes first; settled exactly once.
final class PoolRequest: Sendable {
    enum Outcome: Sendable {
        case lent(PooledConnection)
        case refused(PoolError)
    }

    private enum State {
        case begun
        case waiting(CheckedContinuation<Outcome, Never>)
        case settled(Outcome)
        case delivered
    }

    let borrower: Borrower
    let timeout: Duration
    /// When it was made, since the pool's origin.
    let since: Duration
    private let state = Mutex(State.begun)

    init(_ borrower: Borrower, timeout: Duration, since: Duration) {
        self.borrower = borrower
        self.timeout = timeout
        self.since = since
    }

    func settle(_ outcome: Outcome) {
        let continuation: CheckedContinuation<Outcome, Never>? = state.withLock { state in
            switch state {
            case .begun:
                state = .settled(outcome)
            case .waiting(let continuation):
                state = .delivered
                return continuation
            case .settled, .delivered: break
            }
            return nil
        }
        continuation?.resume(returning: outcome)
    }

    func wait(_ continuation: CheckedContinuation<Outcome, Never>) {
        let outcome: Outcome? = state.withLock { state in
            guard case .settled(let outcome) = state else {
                state = .waiting(continuation)
                return nil
            }
            state = .delivered
            return outcome
        }
        if let outcome { continuation.resume(returning: outcome) }
    }
}
