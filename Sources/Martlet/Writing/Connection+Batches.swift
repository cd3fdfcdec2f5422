public import MartletCore

extension Connection {
    /// Makes the same change to all rows of a table with these keys, and returns how many there were.
    ///
    ///     try await connection.update(renders, key: "id", in: ids, set: ["status": "failed"])
    ///
    /// Columns that are not named keep what they hold: here an `error_message` stays, unless `set` gives it a value or
    /// `.null`. One statement and one round trip, with the keys in one bound value; an empty list runs none. Rows are
    /// locked in the order of their keys, so batches that run at once cannot deadlock.
    ///
    /// - Parameters:
    ///   - table: what is changed.
    ///   - key: a column that is unique.
    ///   - keys: which rows.
    ///   - changes: the new values by column.
    ///   - touching: columns that get the time of the database, such as `updated_at`.
    ///   - timeout: how long it may take.
    /// - Returns: rows that were changed.
    /// - Throws: the error of the database; nothing is changed then.
    @discardableResult
    public func update<Key: Hashable & ValueConvertible>(
        _ table: QualifiedName,
        key: Identifier,
        in keys: [Key],
        set changes: [Identifier: Value],
        touching: [Identifier] = [],
        timeout: Duration? = nil
    ) async throws(EngineError) -> Int {
        guard !keys.isEmpty, !changes.isEmpty || !touching.isEmpty else { return 0 }
        let statements = BatchedStatements(table: table, key: key, dialect: dialect)
        let unique = ExactValue.distinct(keys.map(\.value))
        return try await run(statements.update(unique, changes, touching: touching), timeout: timeout).affectedRows
    }

    /// Makes a change of its own to each of many rows, and returns how many there were.
    ///
    ///     try await connection.update(contacts, key: "id", rows: [
    ///         RowChange(1, ["status": "open"]),
    ///         RowChange(2, ["status": "bounced", "error_message": "no such mailbox"]),
    ///     ])
    ///
    /// Columns that a row does not name keep what they hold in this row. Of several changes of one row the later wins,
    /// column by column. One statement and one round trip; an empty list runs none. Rows are locked in the order of
    /// their keys, so batches that run at once cannot deadlock. Columns of arrays cannot be set, nor blobs on SQLite.
    @discardableResult
    public func update<Key: Hashable & Sendable & ValueConvertible>(
        _ table: QualifiedName,
        key: Identifier,
        rows: [RowChange<Key>],
        touching: [Identifier] = [],
        timeout: Duration? = nil
    ) async throws(EngineError) -> Int {
        var changes: [ExactValue: [Identifier: Value]] = [:]
        for row in rows { changes[ExactValue(row.key.value), default: [:]].merge(row.values) { $1 } }
        let named = changes.filter { !$0.value.isEmpty || !touching.isEmpty }
        guard !named.isEmpty else { return 0 }
        let statement = try BatchedStatements(table: table, key: key, dialect: dialect)
            .update(named.map { ($0.key.value, $0.value) }, touching: touching)
        return try await run(statement, timeout: timeout).affectedRows
    }

    /// Deletes all rows of a table with these keys, and returns how many there were.
    ///
    /// One statement and one round trip; an empty list runs none. Rows are locked in the order of their keys.
    @discardableResult
    public func delete<Key: Hashable & ValueConvertible>(
        from table: QualifiedName,
        key: Identifier,
        in keys: [Key],
        timeout: Duration? = nil
    ) async throws(EngineError) -> Int {
        guard !keys.isEmpty else { return 0 }
        let statement = BatchedStatements(table: table, key: key, dialect: dialect)
            .delete(ExactValue.distinct(keys.map(\.value)))
        return try await run(statement, timeout: timeout).affectedRows
    }
}
