internal import MartletCore

/// Reads the indexes of all tables.
struct IndexReader {
    let session: SessionDatabase
    let schema: [CatalogReader.SchemaEntry]

    /// Indexes by the name of their table.
    func read() throws(EngineError) -> [String: [Index]] {
        let texts = Dictionary(
            schema.filter { $0.type == "index" }.compactMap { entry in entry.sql.map { (entry.name, $0) } },
            uniquingKeysWith: { first, _ in first }
        )
        var indexes: [String: [Index]] = [:]
        for table in schema where table.type == "table" {
            let list: BoundStatement = """
                SELECT name, "unique", origin FROM pragma_index_list(\(table.name), 'main')
                """
            for row in try session.run(list) {
                let name = try row.decode(String.self, at: 0)
                let origin = try row.decode(String.self, at: 2)
                let text = texts[name].map(IndexText.init)
                indexes[table.name, default: []]
                    .append(
                        Index(
                            name: name,
                            table: QualifiedName(schema: "main", name: table.name),
                            keys: try readKeys(of: name, table: table.name, text: text),
                            predicate: text?.predicate,
                            isUnique: try row.decode(Bool.self, at: 1),
                            isPrimary: origin == "pk",
                            // A name is given where the constraints are made.
                            constraint: origin == "c" ? nil : origin,
                            definition: texts[name]
                        )
                    )
            }
        }
        return indexes
    }

    private func readKeys(of index: String, table: String, text: IndexText?) throws(EngineError) -> [Index.Key] {
        var keys: [Index.Key] = []
        let info: BoundStatement = """
            SELECT name, desc, coll FROM pragma_index_xinfo(\(index), 'main') WHERE key = 1 ORDER BY seqno
            """
        for row in try session.run(info) {
            let isDescending = try row.decode(Bool.self, at: 1)
            let collation = try row.decode(String?.self, at: 2)
            if let column = try row.decode(String?.self, at: 0) {
                let declared = session.database.declaredCollation(table: table, column: column)
                let isOwn = collation?.uppercased() == (declared ?? "BINARY").uppercased()
                keys.append(Index.Key(column, isDescending: isDescending, collation: isOwn ? nil : collation))
            } else {
                let written = text.map { $0.keys.indices.contains(keys.count) ? $0.keys[keys.count] : "rowid" }
                let isOwn = collation == nil || collation == "BINARY"
                keys.append(
                    Index.Key(
                        written ?? "rowid",
                        isExpression: true,
                        isDescending: isDescending,
                        collation: isOwn ? nil : collation
                    )
                )
            }
        }
        return keys
    }
}
