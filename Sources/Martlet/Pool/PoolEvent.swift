public import MartletCore

/// What the owner of a pool may want to log.
public enum PoolEvent: Sendable {
    /// A connection has been held for longer than `leakAfter`. Told once for each loan.
    case leakSuspected(PoolHolder)
    /// A connection could not be opened. The pool tries again while somebody waits.
    case connectFailed(EngineError)
    /// A borrower left a transaction open, which was rolled back.
    case transactionLeftOpen(PoolSite)
    /// A connection was idle and turned out to be lost; another is opened when it is wanted.
    ///
    /// Not told of one that ended while it was lent: its borrower has the error.
    case idleConnectionLost
}
