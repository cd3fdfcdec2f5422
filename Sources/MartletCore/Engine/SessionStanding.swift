public import Synchronization

/// What a session is in between two units of work, as far as its client knows without asking the server.
public enum SessionStanding: UInt8, Sendable, AtomicRepresentable {
    /// Nothing is open: the session can be lent to somebody else.
    case ready
    /// A transaction is open, or has failed and waits for its ROLLBACK.
    case inTransaction
    /// The session has ended.
    case lost
}
