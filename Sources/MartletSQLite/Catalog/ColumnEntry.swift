internal import MartletCore

/// One row of `PRAGMA table_xinfo`.
struct ColumnEntry: Sendable {
    let name: String
    let type: String
    let isNotNull: Bool
    let defaultSQL: String?
    /// Place in the primary key, from 1; 0 for none.
    let keyPosition: Int

    static func read(_ table: String, session: SessionDatabase) throws(EngineError) -> [ColumnEntry] {
        var columns: [ColumnEntry] = []
        // Hidden columns of virtual tables are 1; generated columns are 2 and 3.
        let statement: BoundStatement = """
            SELECT name, type, "notnull", dflt_value, pk FROM pragma_table_xinfo(\(table), 'main')
            WHERE hidden <> 1 ORDER BY cid
            """
        for row in try session.run(statement) {
            columns.append(
                ColumnEntry(
                    name: try row.decode(String.self, at: 0),
                    type: try row.decode(String?.self, at: 1) ?? "",
                    isNotNull: try row.decode(Bool.self, at: 2),
                    defaultSQL: try row.decode(String?.self, at: 3),
                    keyPosition: try row.decode(Int.self, at: 4)
                )
            )
        }
        return columns
    }

    /// The column as the catalog shows it.
    ///
    /// SQLite lets a primary key be NULL unless it is the row number or the table has none:
    /// https://www.sqlite.org/lang_createtable.html#the_primary_key
    func column(isWithoutRowID: Bool, of table: [ColumnEntry]) -> Table.Column {
        let isOnlyKey = keyPosition == 1 && !table.contains { $0.keyPosition > 1 }
        let isRowID = isOnlyKey && !isWithoutRowID && type.uppercased() == "INTEGER"
        let isNullable = !isNotNull && !isRowID && !(isWithoutRowID && keyPosition > 0)
        return Table.Column(name: name, type: type, isNullable: isNullable, defaultSQL: defaultSQL)
    }
}
