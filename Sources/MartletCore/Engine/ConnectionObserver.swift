/// Sees each call that carries statements to the database, before and after.
///
/// Recording, delaying and counting are observers of the one `ObservedConnection`, so that forwarding is written once.
package protocol ConnectionObserver: Sendable {
    /// Called in the caller's task before statements are sent together.
    func willSend(_ statements: [BoundStatement], dialect: Dialect) -> any CallObservation
}

/// Sees how one call goes on.
package protocol CallObservation: Sendable {
    /// Rows of the statement at a position arrived; for a stream once per batch.
    func received(_ rows: Rows, ofStatementAt position: Int)
    /// The server wrote so many rows itself.
    func copied(rows: Int, bytes: Int)
    /// The call ended, with an error or without. The caller gets its result when this returns.
    func ended(_ error: (any Error)?) async
}

extension CallObservation {
    package func copied(rows: Int, bytes: Int) {}
}
