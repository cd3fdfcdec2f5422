/// The state in which a borrower gives a session back.
package enum PoolReturn: Sendable, Hashable, CaseIterable {
    /// It can be lent again at once.
    case reusable
    /// A transaction is open.
    case mustBeRestored
    /// It has ended, or something is still running on it.
    case lost
}
