internal import MartletCore

/// A table as counting has to know it: its columns, and all by which REPLACE may find another of its rows.
struct SQLiteCountedTable: Sendable, Hashable {
    /// One column.
    struct Column: Sendable, Hashable {
        let name: String
        /// INTEGER, NUMERIC, REAL, TEXT or BLOB.
        ///
        /// https://www.sqlite.org/datatype3.html#determination_of_column_affinity
        let affinity: String
        let collation: String
        let isNotNull: Bool
        let isGenerated: Bool
        /// Its DEFAULT as written.
        let defaultText: String?

        var quoted: String { Identifier(name).quoted }
        /// What declares a column that holds and compares the same values.
        var declaration: String {
            "\(affinity)\(collation == "BINARY" ? "" : " COLLATE \(Identifier(collation).quoted)")"
        }
        /// Whether text is turned into numbers where it is compared with this column.
        var isNumeric: Bool { affinity != "TEXT" && affinity != "BLOB" }
    }

    /// What no two rows have in common.
    struct UniqueKey: Sendable, Hashable {
        /// A column or an expression, and how it is compared.
        struct Term: Sendable, Hashable {
            /// nil for an expression.
            let column: String?
            let expression: String
            let collation: String
        }

        let terms: [Term]
        /// The condition of a partial index.
        let predicate: String?
    }

    /// What an index can find rows by.
    struct Index: Sendable, Hashable {
        /// In order, in lower case; empty for an expression.
        let columns: [String]
        /// The condition of a partial index.
        let predicate: String?
    }

    let name: String
    let columns: [Column]
    /// Columns that tell one row from all others: those of the primary key, or the rowid.
    let identity: [Column]
    /// Names by which an UPDATE may change the identity.
    let identityAliases: [String]
    /// Whether VACUUM leaves the identity alone.
    ///
    /// https://www.sqlite.org/lang_vacuum.html
    let hasStableIdentity: Bool
    /// All but the identity.
    let uniqueKeys: [UniqueKey]
    /// All that SQLite lists; a primary key that is the rowid has none.
    let indexes: [Index]

    var quoted: String { Identifier(name).quoted }

    func column(_ name: String) -> Column? {
        columns.first { $0.name.lowercased() == name.lowercased() }
    }

    /// Whether rows of a key that meet a condition are found without reading the whole table.
    func hasIndex(on key: [Column], where condition: SQLiteRowExpression?) -> Bool {
        let names = Set(key.map { $0.name.lowercased() })
        let identity = Index(columns: identity.map { $0.name.lowercased() }, predicate: nil)
        return (indexes + [identity])
            .contains { Set($0.columns.prefix(names.count)) == names && holds($0, all: condition) }
    }

    /// Whether all rows that meet a condition are in an index: it is complete, or has the same condition.
    private func holds(_ index: Index, all condition: SQLiteRowExpression?) -> Bool {
        guard let text = index.predicate else { return true }
        guard let condition, let predicate = try? SQLiteRowExpression(text, table: self) else { return false }
        return predicate.over("") == condition.over("")
    }
}
