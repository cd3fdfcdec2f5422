public import MartletCore

extension Connection {
    /// Reads the rows of a table with these keys, in the order of the keys; nil where there is none.
    ///
    ///     let chats = try await connection.rows(of: table, key: "id", in: ids, columns: ["id", "title"])
    ///
    /// One statement and one bound value for any number of keys, so a hundred thousand are read as ten are. An empty
    /// list runs no statement. A key that is asked for twice is answered twice and read once. Of several rows with one
    /// key, any is given: use a key that is unique. Keys are equal that are bound as the same value, texts by their
    /// bytes. SQLite cannot take bytes as keys here.
    @inlinable
    public func rows<Key: Hashable & ValueConvertible & ValueDecodable>(
        of table: QualifiedName,
        key: Identifier,
        in keys: [Key],
        columns: [Identifier],
        timeout: Duration? = nil
    ) async throws(EngineError) -> [Row?] {
        guard !keys.isEmpty else { return [] }
        let selection = KeyedSelection(of: columns, from: table, key: key, dialect: dialect)
        let values = keys.map(\.value)
        let rows = try await run(selection.statement(for: ExactValue.distinct(values)), timeout: timeout)
        var positions: [ExactValue: Int] = [:]
        positions.reserveCapacity(rows.count)
        for position in rows.indices {
            // As the type of the keys, because a database may give a value in another form than it was bound in.
            let key: Key = try selection.key(of: rows[position])
            positions[ExactValue(key.value)] = position
        }
        return values.map { value in positions[ExactValue(value)].map { rows[$0] } }
    }
}
