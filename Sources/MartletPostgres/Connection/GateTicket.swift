/// A place in the queue of a connection.
///
/// It is settled once, and resumes its caller then.
///
/// Confined to the event loop of its connection, which is why it is `@unchecked Sendable`.
final class GateTicket: @unchecked Sendable {
    /// How the wait ended.
    enum Outcome {
        case admitted, cancelled, deadline, failed
    }

    let isExclusive: Bool
    private var outcome: Outcome?
    private var continuation: CheckedContinuation<Outcome, Never>?

    init(isExclusive: Bool) {
        self.isExclusive = isExclusive
    }

    func wait(_ continuation: CheckedContinuation<Outcome, Never>) {
        if let outcome {
            continuation.resume(returning: outcome)
        } else {
            self.continuation = continuation
        }
    }

    /// The first outcome counts.
    func settle(_ outcome: Outcome) {
        guard self.outcome == nil else { return }
        self.outcome = outcome
        continuation?.resume(returning: outcome)
        continuation = nil
    }
}
