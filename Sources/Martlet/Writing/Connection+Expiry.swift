public import MartletCore

extension Connection {
    /// Deletes the rows of a table whose time has passed, in small batches, and returns how many there were.
    ///
    ///     try await connection.removeExpired(from: tokens, key: "id", expiry: "expires_at")
    ///
    /// Each batch is one statement that commits for itself, so nothing is done twice after a crash and no lock is held
    /// for long. On PostgreSQL rows that somebody has locked are left for the next run (`SKIP LOCKED`): any number of
    /// processes may clean up at once, and none waits. On SQLite other writers get their turn between two batches; give
    /// a `pause` if they wait too long. The time is that of the database. Rows whose expiry is NULL stay. With an index
    /// on the expiry a batch costs as much as it removes, without one it reads the table.
    ///
    /// - Parameters:
    ///   - table: what is cleaned up.
    ///   - key: a column that is unique.
    ///   - expiry: the column that holds the instant.
    ///   - format: how it holds it.
    ///   - batchRows: the most rows of a batch.
    ///   - pause: how long to wait between two batches.
    ///   - clock: what the pause is taken on.
    ///   - progress: called after each batch with the rows removed so far.
    /// - Returns: rows that were removed.
    /// - Throws: the error of the database or of `progress`, or on cancellation; what was removed stays so.
    @discardableResult
    public func removeExpired(
        from table: QualifiedName,
        key: Identifier,
        expiry: Identifier,
        as format: ExpiryFormat = .timestamp,
        batchRows: Int = 1_000,
        pause: Duration = .zero,
        clock: any Clock<Duration> = ContinuousClock(),
        progress: (Int) async throws -> Void = { _ in }
    ) async throws -> Int {
        precondition(batchRows > 0, "a batch has at least one row")
        let expired = format.condition(expiry, dialect)
        let text =
            switch dialect {
            case .postgres:
                """
                WITH expired AS MATERIALIZED (
                    SELECT \(key.quoted) AS key FROM \(table.quoted) WHERE \(expired) LIMIT $1 FOR UPDATE SKIP LOCKED
                )
                DELETE FROM \(table.quoted) AS target USING expired WHERE target.\(key.quoted) = expired.key
                """
            case .sqlite:
                """
                DELETE FROM \(table.quoted) WHERE \(key.quoted) IN (
                    SELECT \(key.quoted) FROM \(table.quoted) WHERE \(expired) LIMIT $1
                )
                """
            }
        let batch = BoundStatement(Statement(unsafeText: text), values: [.integer(Int64(batchRows))])
        var removed = 0
        while true {
            let rows = try await run(batch).affectedRows
            removed += rows
            try await progress(removed)
            guard rows == batchRows else { return removed }
            try Task.checkCancellation()
            if pause > .zero { try await clock.sleep(for: pause) }
        }
    }
}
