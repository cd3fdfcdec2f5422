internal import MartletCore

/// A table, index, view or trigger that is made for a counter.
struct SQLiteSchemaObject: Sendable, Hashable, Identifiable {
    enum Kind: String, Sendable {
        case table
        case index
        case view
        case trigger
    }

    let kind: Kind
    let name: String
    /// The text that makes it, which is also its `sql` in `sqlite_schema`.
    let sql: String

    /// Triggers may have the names of tables.
    var id: String { "\(kind.rawValue) \(name)" }
    var drop: String { "DROP \(kind.rawValue.uppercased()) IF EXISTS \(name);" }
}
