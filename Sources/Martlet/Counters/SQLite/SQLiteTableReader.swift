internal import MartletCore

/// Reads what counting has to know of a table, by PRAGMAs and `sqlite_schema`.
///
/// Collations of columns stand in no PRAGMA: they are seen in an index on a temporary copy of the table, made within a
/// transaction that is rolled back. Nothing of the file is written or locked.
struct SQLiteTableReader {
    let connection: any Connection

    /// Reads a table, and lets the body try things on its empty copy, which has the same name.
    func read(
        _ table: QualifiedName,
        probing body: (SQLiteCountedTable) async throws -> Void = { _ in }
    ) async throws -> SQLiteCountedTable {
        guard table.schema.isEmpty || ["main", "public"].contains(table.schema.lowercased()) else {
            throw CounterError(
                .unsupportedTable,
                "\(table) is not in the schema main; triggers cannot reach another file"
            )
        }
        let entry = try await entry(of: table.name)
        let name = try entry.decode(String.self, "name")
        let isStrict = try entry.decode(Bool.self, "strict")
        let isWithoutRowID = try entry.decode(Bool.self, "wr")
        let text = SQLWords(try entry.decode(String.self, "sql"), dialect: .sqlite)
        guard let open = text.words.firstIndex(where: { $0.isSymbol("(") }) else {
            throw CounterError(.unsupportedTable, "the text of \(name) in sqlite_schema cannot be read")
        }
        let copy =
            "CREATE TEMP TABLE \(Identifier(name).quoted) "
            + text.text(from: open, to: text.words.count)
        return try await rolledBack {
            let plain = try await columns(of: name, isStrict: isStrict)
            do {
                try await connection.run(BoundStatement(Statement(unsafeText: copy)))
            } catch {
                throw CounterError(.unsupportedTable, "\(name) cannot be copied to examine it: \(error)")
            }
            let columns = try await withCollations(plain, table: name)
            let read = try await assemble(name, columns: columns, isWithoutRowID: isWithoutRowID)
            try await body(read)
            return read
        }
    }

    private func rolledBack<Success: Sendable>(_ body: () async throws -> Success) async throws -> Success {
        try await connection.run("BEGIN DEFERRED")
        do {
            let success = try await body()
            try await connection.run("ROLLBACK")
            return success
        } catch {
            await Task { _ = try? await connection.run("ROLLBACK") }.value
            throw error
        }
    }

    private func entry(of name: String) async throws -> Row {
        let rows = try await connection.run(
            """
            SELECT l.name, l.type, l.wr, l.strict, s.sql FROM pragma_table_list AS l
            LEFT JOIN sqlite_schema AS s ON s.name = l.name AND s.type = 'table'
            WHERE l.schema = 'main' AND lower(l.name) = lower(\(name))
            """
        )
        guard let row = rows.first else {
            throw CounterError(.invalidDefinition, "there is no table \(name); check its name")
        }
        let type = try row.decode(String.self, "type")
        guard type == "table", !name.lowercased().hasPrefix("sqlite_") else {
            let kind =
                type == "table"
                ? "table of SQLite itself"
                : type == "shadow"
                    ? "shadow table"
                    : "\(type)"
                        + (type == "virtual" ? " table" : "")
            throw CounterError(
                .unsupportedTable,
                "\(name) is a \(kind): its rows change without triggers, so they cannot be counted exactly"
            )
        }
        guard !name.lowercased().hasPrefix("martlet_") else {
            throw CounterError(.unsupportedTable, "\(name) is a table of Martlet itself")
        }
        return row
    }

    private func columns(
        of table: String,
        isStrict: Bool
    ) async throws -> [(column: SQLiteCountedTable.Column, pk: Int)] {
        try await connection.run(
            """
            SELECT name, type, "notnull", dflt_value, pk, hidden FROM pragma_table_xinfo(\(table), 'main')
            ORDER BY cid
            """
        )
        .map { row in
            let column = SQLiteCountedTable.Column(
                name: try row.decode(String.self, at: 0),
                affinity: Self.affinity(of: try row.decode(String.self, at: 1), isStrict: isStrict),
                collation: "BINARY",
                isNotNull: try row.decode(Bool.self, at: 2),
                isGenerated: try row.decode(Int.self, at: 5) > 1,
                defaultText: try row.decode(String?.self, at: 3)
            )
            return (column, try row.decode(Int.self, at: 4))
        }
    }

    /// Tells by the words in a declared type.
    ///
    /// https://www.sqlite.org/datatype3.html#determination_of_column_affinity (3.40.1)
    private static func affinity(of type: String, isStrict: Bool) -> String {
        let type = type.uppercased()
        if isStrict, type == "ANY" { return "BLOB" }
        if type.contains("INT") { return "INTEGER" }
        if ["CHAR", "CLOB", "TEXT"].contains(where: type.contains) { return "TEXT" }
        if type.isEmpty || type.contains("BLOB") { return "BLOB" }
        return ["REAL", "FLOA", "DOUB"].contains(where: type.contains) ? "REAL" : "NUMERIC"
    }

    private func withCollations(
        _ columns: [(column: SQLiteCountedTable.Column, pk: Int)],
        table: String
    ) async throws -> [(column: SQLiteCountedTable.Column, pk: Int)] {
        var result: [(column: SQLiteCountedTable.Column, pk: Int)] = []
        for (column, pk) in columns {
            try await connection.runScript(
                "CREATE INDEX temp.martlet_probe ON \(Identifier(table).quoted) (\(column.quoted))"
            )
            let rows = try await connection.run("SELECT coll FROM pragma_index_xinfo('martlet_probe') WHERE key")
            try await connection.runScript("DROP INDEX temp.martlet_probe")
            let collated = SQLiteCountedTable.Column(
                name: column.name,
                affinity: column.affinity,
                collation: try rows.first?.decode(String.self, at: 0) ?? "BINARY",
                isNotNull: column.isNotNull,
                isGenerated: column.isGenerated,
                defaultText: column.defaultText
            )
            result.append((collated, pk))
        }
        return result
    }
}

extension SQLiteTableReader {
    private func assemble(
        _ name: String,
        columns: [(column: SQLiteCountedTable.Column, pk: Int)],
        isWithoutRowID: Bool
    ) async throws -> SQLiteCountedTable {
        let indexes = try await connection.run(
            """
            SELECT l.name, l."unique", l.origin, l.partial, s.sql FROM pragma_index_list(\(name), 'main') AS l
            LEFT JOIN main.sqlite_schema AS s ON s.type = 'index' AND s.name = l.name ORDER BY l.name
            """
        )
        let primary = columns.filter { $0.pk > 0 }.sorted { $0.pk < $1.pk }.map(\.column)
        let hasPrimaryIndex = try indexes.contains { try $0.decode(String.self, "origin") == "pk" }
        let aliases = ["rowid", "_rowid_", "oid"]
            .filter { alias in
                !columns.contains { $0.column.name.lowercased() == alias }
            }
        let isRowIDNamed = !isWithoutRowID && primary.count == 1 && !hasPrimaryIndex
        var identity = primary
        if !isWithoutRowID, !isRowIDNamed {
            guard let alias = aliases.first else {
                throw CounterError(
                    .unsupportedTable,
                    "\(name) has columns named rowid, _rowid_ and oid, so that its rows cannot be told apart"
                )
            }
            identity = [
                .init(
                    name: alias,
                    affinity: "INTEGER",
                    collation: "BINARY",
                    isNotNull: true,
                    isGenerated: false,
                    defaultText: nil
                )
            ]
        }
        var uniqueKeys: [SQLiteCountedTable.UniqueKey] = []
        var found: [SQLiteCountedTable.Index] = []
        for index in indexes {
            let key = try await uniqueKey(of: index)
            let isPrimary = try index.decode(String.self, "origin") == "pk"
            if try index.decode(Bool.self, "unique"), !(isWithoutRowID && isPrimary) { uniqueKeys.append(key) }
            let names = key.terms.map { ($0.column ?? "").lowercased() }
            found.append(.init(columns: names, predicate: key.predicate))
        }
        return SQLiteCountedTable(
            name: name,
            columns: columns.map(\.column),
            identity: identity,
            identityAliases: isWithoutRowID
                ? primary.map(\.name) : (isRowIDNamed ? primary.map(\.name) : []) + aliases,
            hasStableIdentity: isWithoutRowID || isRowIDNamed,
            uniqueKeys: uniqueKeys,
            indexes: found
        )
    }

    private func uniqueKey(of index: Row) async throws -> SQLiteCountedTable.UniqueKey {
        let name = try index.decode(String.self, "name")
        let text = try index.decode(String?.self, "sql").map(SQLiteIndexText.init)
        let terms =
            try await connection.run(
                """
                SELECT seqno, name, coll FROM pragma_index_xinfo(\(name), 'main') WHERE key ORDER BY seqno
                """
            )
            .map { row in
                let column = try row.decode(String?.self, at: 1)
                let position = try row.decode(Int.self, at: 0)
                let expressions = text?.keys ?? []
                return SQLiteCountedTable.UniqueKey.Term(
                    column: column,
                    expression: column.map { Identifier($0).quoted }
                        ?? (expressions.indices.contains(position) ? expressions[position] : "NULL"),
                    collation: try row.decode(String.self, at: 2)
                )
            }
        let isPartial = try index.decode(Bool.self, "partial")
        return SQLiteCountedTable.UniqueKey(terms: terms, predicate: isPartial ? text?.predicate : nil)
    }
}
