internal import MartletCore

/// Reads the schema, the sizes and the statistics of a database, without reading its rows.
struct CatalogReader {
    let session: SessionDatabase
    let path: String
    /// How long sizes may take.
    var sizeLimit = PageCounts.limit

    /// One row of `sqlite_schema`.
    struct SchemaEntry: Sendable {
        let type: String
        let name: String
        let table: String
        let sql: String?
    }

    /// One row of `PRAGMA table_list`.
    struct TableEntry {
        let name: String
        let kind: String
        let isWithoutRowID: Bool
    }

    func read() throws(EngineError) -> Catalog {
        let facts =
            try
            session.run(
                """
                SELECT sqlite_version(), strftime('%Y-%m-%d %H:%M:%f', 'now'),
                    (SELECT page_count FROM pragma_page_count), (SELECT page_size FROM pragma_page_size),
                    (SELECT freelist_count FROM pragma_freelist_count)
                """
            )[0]
        let pageBytes = try facts.decode(Int.self, at: 3)
        let pages = try facts.decode(Int.self, at: 2)
        var tables = try readTables()
        let usedBytes = (pages - (try facts.decode(Int.self, at: 4))) * pageBytes
        // Where rows are not counted along with the pages, which of the b-trees are small must be known before.
        if usedBytes > PageCounts.onePassBytesMax { try fillRows(of: &tables) }
        try fillSizes(of: &tables, usedBytes: usedBytes)
        try fillRows(of: &tables)
        return Catalog(
            dialect: .sqlite,
            version: try facts.decode(String.self, at: 0),
            database: path,
            sizeBytes: pages * pageBytes,
            tables: tables,
            readAt: try facts.decode(Timestamp.self, at: 1)
        )
    }

    // MARK: Tables

    private func readTables() throws(EngineError) -> [Table] {
        let schema = try readSchema()
        let entries = try readTableList()
        let texts = Dictionary(
            schema.filter { $0.type == "table" }.compactMap { entry in entry.sql.map { (entry.name, $0) } },
            uniquingKeysWith: { first, _ in first }
        )
        let columns = try readColumns(entries)
        let indexes = try IndexReader(session: session, schema: schema).read()
        let references = try readForeignKeys(entries.map(\.name))
        let statistics = try TableStatistics(session: session)
        var tables: [Table] = []
        for entry in entries where entry.kind != "shadow" {
            let name = QualifiedName(schema: "main", name: entry.name)
            let described = columns[entry.name] ?? []
            var table = Table(
                name: name,
                kind: entry.kind == "virtual" ? .virtual : .ordinary,
                columns: described.map { $0.column(isWithoutRowID: entry.isWithoutRowID, of: described) },
                indexes: (indexes[entry.name] ?? []).sorted { $0.name < $1.name },
                isWithoutRowID: entry.isWithoutRowID
            )
            statistics.describe(&table)
            table.constraints = constraints(
                of: &table,
                primaryKey: described.filter { $0.keyPosition > 0 }.sorted { $0.keyPosition < $1.keyPosition },
                references: references[entry.name] ?? [],
                checks: texts[entry.name].map { TableText($0, columns: table.columns.map(\.name)).checks } ?? []
            )
            tables.append(table)
        }
        resolveReferences(in: &tables)
        return tables.sorted { $0.name < $1.name }
    }

    private func readSchema() throws(EngineError) -> [SchemaEntry] {
        var entries: [SchemaEntry] = []
        for row in try session.run("SELECT type, name, tbl_name, sql FROM main.sqlite_master") {
            entries.append(
                SchemaEntry(
                    type: try row.decode(String.self, at: 0),
                    name: try row.decode(String.self, at: 1),
                    table: try row.decode(String.self, at: 2),
                    sql: try row.decode(String?.self, at: 3)
                )
            )
        }
        return entries
    }

    func readTableList() throws(EngineError) -> [TableEntry] {
        var entries: [TableEntry] = []
        // Names that begin with sqlite_ are SQLite's own: https://www.sqlite.org/fileformat2.html#intschema
        let list: BoundStatement = """
            SELECT name, type, wr FROM pragma_table_list
            WHERE schema = 'main' AND type IN ('table', 'virtual', 'shadow') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
            """
        for row in try session.run(list) {
            entries.append(
                TableEntry(
                    name: try row.decode(String.self, at: 0),
                    kind: try row.decode(String.self, at: 1),
                    isWithoutRowID: try row.decode(Bool.self, at: 2)
                )
            )
        }
        return entries
    }

    private func readColumns(_ entries: [TableEntry]) throws(EngineError) -> [String: [ColumnEntry]] {
        var columns: [String: [ColumnEntry]] = [:]
        for entry in entries where entry.kind != "shadow" {
            do {
                columns[entry.name] = try ColumnEntry.read(entry.name, session: session)
            } catch  where entry.kind == "virtual" {
                // Its module is not loaded here: it exists, and that is all that can be said.
                columns[entry.name] = []
            }
        }
        return columns
    }

    func fillRows(of tables: inout [Table]) throws(EngineError) {
        for position in tables.indices where tables[position].estimatedRows == nil {
            tables[position].estimatedRows = try lastRowID(of: tables[position])
        }
    }

    /// The largest row number: no more rows than that unless some are negative, found at the end of the b-tree.
    private func lastRowID(of table: Table) throws(EngineError) -> Int? {
        guard table.kind == .ordinary, !table.isWithoutRowID else { return nil }
        let taken = Set(table.columns.map { $0.name.lowercased() })
        guard let rowID = ["rowid", "_rowid_", "oid"].first(where: { !taken.contains($0) }) else { return nil }
        let rows = try session.run("SELECT max(\(unsafeSQL: rowID)) FROM \(table.name)")
        return try rows[0].decode(Int?.self, at: 0).map { max(0, $0) } ?? 0
    }
}
