public import MartletCore

/// The one statement that reads rows of a table by any number of keys, with one bound value.
///
/// An array keeps the text, and so the plan, the same for any number of keys, and is not subject to the limit of
/// 65,535 (PostgreSQL) or 32,766 (SQLite) values of an `IN` list.
@usableFromInline
struct KeyedSelection: Sendable {
    @usableFromInline let text: String
    /// Where the key is in a row; behind the columns asked for if it is none of them.
    @usableFromInline let keyPosition: Int

    @usableFromInline
    init(
        of columns: [Identifier],
        from table: QualifiedName,
        key: Identifier,
        order: [Identifier] = [],
        dialect: Dialect
    ) {
        precondition(!columns.isEmpty, "name the columns that are to be read")
        let position = columns.firstIndex(of: key)
        let selected = position == nil ? columns + [key] : columns
        keyPosition = position ?? columns.count
        let ordering = order.isEmpty ? "" : " ORDER BY " + order.map(\.quoted).joined(separator: ", ")
        text = """
            SELECT \(selected.map(\.quoted).joined(separator: ", ")) FROM \(table.quoted) \
            WHERE \(Self.condition(key, isAmong: 1, dialect))\(ordering)
            """
    }

    /// True for rows whose key is an element of the array bound to a placeholder.
    static func condition(_ key: Identifier, isAmong placeholder: Int, _ dialect: Dialect) -> String {
        switch dialect {
        case .postgres: "\(key.quoted) = ANY($\(placeholder))"
        case .sqlite: "\(key.quoted) IN (SELECT value FROM json_each($\(placeholder)))"
        }
    }

    @inlinable
    func statement(for keys: some Sequence<some ValueConvertible>) -> BoundStatement {
        BoundStatement(Statement(unsafeText: text), values: [.array(keys.map(\.value))])
    }

    @inlinable
    func key<Key: ValueDecodable>(of row: Row) throws(EngineError) -> Key {
        try row.decode(Key.self, at: keyPosition)
    }
}
