public import MartletCore

extension Connection {
    /// Reads the rows of a table with these keys, in the order of the keys; nil where there is none.
    ///
    ///     let chats = try await connection.rows(of: table, key: "id", in: ids, columns: ["id", "title"])
    ///
    /// One statement and one bound value for any number of keys, so a hundred thousand are read as ten are. An empty
    /// list runs no statement. A key that is asked for twice is answered twice and read once. Of several rows with one
    /// key, any is given: use a key that is unique. SQLite cannot take bytes as keys here.
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
        let rows = try await run(selection.statement(for: Set(keys)), timeout: timeout)
        var positions: [Key: Int] = [:]
        positions.reserveCapacity(rows.count)
        for position in rows.indices { positions[try selection.key(of: rows[position])] = position }
        return keys.map { key in positions[key].map { rows[$0] } }
    }
}
