import MartletCore

/// Gives names to new indexes: `table_column_column_idx`, never longer than PostgreSQL keeps, never one that is taken.
struct IndexNames {
    /// Bytes of a name that PostgreSQL keeps (NAMEDATALEN - 1).
    static let bytesMax = 63

    private var taken: Set<QualifiedName>

    /// Takes the names that are in use; tables, indexes and sequences of a schema share one name space.
    init(_ catalog: Catalog) {
        taken = Set(catalog.tables.map(\.name))
        taken.formUnion(catalog.tables.flatMap(\.indexes).map(\.qualifiedName))
        taken.formUnion(catalog.sequences.map(\.name))
    }

    /// The name for an index on these columns, which is taken from now on.
    mutating func name(table: QualifiedName, columns: [String]) -> String {
        let stem = ([table.name] + columns).joined(separator: "_")
        var attempt = 0
        while true {
            let suffix = attempt == 0 ? "_idx" : "_idx\(attempt)"
            let candidate = Self.cut(stem, toBytes: Self.bytesMax - suffix.utf8.count) + suffix
            if taken.insert(QualifiedName(schema: table.schema, name: candidate)).inserted { return candidate }
            attempt += 1
        }
    }

    private static func cut(_ text: String, toBytes limit: Int) -> String {
        var text = text
        while text.utf8.count > limit { text.removeLast() }
        return text
    }
}
