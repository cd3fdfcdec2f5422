import MartletCore

/// A column of a parent that keeps the numbers of a counter, with all that the catalog says about it.
struct PostgresCounterParent: Sendable, Hashable {
    /// One column of the parent that a key column refers to.
    struct Key: Sendable, Hashable {
        /// The column of the parent.
        var column: String
        /// Its type as SQL, without a modifier.
        var type: String
        /// The operator of the foreign key that compares the parent's column with the key column, as SQL.
        var reference: String
        /// The operator that compares two values of the parent's column, as SQL.
        var equality: String

        var quoted: String { Identifier(column).quoted }
    }

    var table: QualifiedName
    var column: String
    /// In the order of the key columns.
    var keys: [Key]

    var quotedColumn: String { Identifier(column).quoted }

    /// The columns of the key, in the order in which parents are locked.
    var order: String { order(of: "p") }

    func order(of row: String) -> String {
        keys.map { "\(row).\($0.quoted)" }.joined(separator: ", ")
    }

    /// Whether the parent `p` is that of values of the key columns.
    func matches(_ values: [String], parent: String = "p") -> String {
        zip(keys, values).map { "\(parent).\($0.quoted) \($0.reference) \($1)" }.joined(separator: " AND ")
    }

    /// Whether the parent `p` has the key of another row of the parent's table.
    func isSame(as row: String) -> String {
        keys.map { "p.\($0.quoted) \($0.equality) \(row).\($0.quoted)" }.joined(separator: " AND ")
    }
}
