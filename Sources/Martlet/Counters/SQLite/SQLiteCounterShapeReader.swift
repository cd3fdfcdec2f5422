internal import MartletCore

/// Checks a definition against the database.
///
/// What SQLite itself has to say of a condition or a sum is heard by making an index of it on an empty copy of the
/// table: it takes neither subqueries nor aggregates nor parameters there, nor a function that may say something else
/// tomorrow (https://www.sqlite.org/expridx.html, https://www.sqlite.org/partialindex.html).
struct SQLiteCounterShapeReader {
    let connection: any Connection

    func read(_ definition: CounterDefinition) async throws -> SQLiteCounterShape {
        guard CounterName.isValid(definition.name.text) else { throw CounterError.invalidName(definition.name.text) }
        let reader = SQLiteTableReader(connection: connection)
        let table = try await reader.read(definition.table) { table in
            try await probe(definition, on: table)
        }
        let key = try columns(definition.keyColumns, of: table)
        guard Set(key).count == key.count else {
            throw CounterError(.invalidDefinition, "a key column of \(definition.name) is named twice")
        }
        let condition = try definition.condition.map { try SQLiteRowExpression($0, table: table) }
        let sum = try definition.sum.map { try SQLiteRowExpression($0, table: table) }
        if let sum, let real = sum.columns.first(where: { $0.affinity == "REAL" }) {
            throw CounterError(
                .invalidDefinition,
                "\(real.name) holds floating-point numbers, whose sum depends on their order; add up integers"
            )
        }
        let parent = try await parent(definition, key: key, of: table, where: condition)
        var canonical = definition
        canonical.table = QualifiedName(schema: "main", name: table.name)
        canonical.keyColumns = key.map(\.name)
        canonical.condition = condition?.text
        canonical.sum = sum?.text
        canonical.parent = parent.map {
            .init(table: QualifiedName(schema: "main", name: $0.table.name), column: $0.column.name)
        }
        return SQLiteCounterShape(
            definition: canonical,
            table: table,
            key: key,
            condition: condition,
            sum: sum,
            parent: parent
        )
    }

    private func columns(
        _ names: [String],
        of table: SQLiteCountedTable
    ) throws(CounterError) -> [SQLiteCountedTable.Column] {
        var columns: [SQLiteCountedTable.Column] = []
        for name in names {
            guard let column = table.column(name) else {
                throw CounterError(
                    .invalidDefinition,
                    "\(table.name) has no column \(name); it has \(table.columns.map(\.name).joined(separator: ", "))"
                )
            }
            columns.append(column)
        }
        return columns
    }

    private func probe(_ definition: CounterDefinition, on table: SQLiteCountedTable) async throws {
        guard let first = table.columns.first?.quoted else { return }
        let target = "CREATE INDEX temp.martlet_probe ON \(table.quoted)"
        let probes = try [
            definition.condition.map { text in
                (text, "\(target) (\(first)) WHERE (\(try SQLiteRowExpression(text, table: table).text))")
            },
            definition.sum.map { text in
                (text, "\(target) ((\(try SQLiteRowExpression(text, table: table).text)))")
            },
        ]
        for (text, sql) in probes.compactMap(\.self) {
            do {
                try await connection.run(BoundStatement(Statement(unsafeText: sql)))
            } catch {
                throw CounterError(
                    .invalidDefinition,
                    "\(text.debugDescription) cannot be counted by: \(error.description)"
                )
            }
            try await connection.run("DROP INDEX temp.martlet_probe")
        }
    }
}

extension SQLiteCounterShapeReader {
    private func parent(
        _ definition: CounterDefinition,
        key: [SQLiteCountedTable.Column],
        of table: SQLiteCountedTable,
        where condition: SQLiteRowExpression?
    ) async throws -> SQLiteCounterShape.Parent? {
        guard let wanted = definition.parent else { return nil }
        guard !key.isEmpty else {
            throw CounterError(
                .invalidDefinition,
                "\(definition.name) needs the column that names its row of \(wanted.table) as its key"
            )
        }
        let parent = try await SQLiteTableReader(connection: connection).read(wanted.table)
        guard let column = try columns([wanted.column], of: parent).first, !column.isGenerated else {
            throw CounterError(.invalidDefinition, "\(wanted.column) is generated; give a column that can be set")
        }
        let parentKey = try columns(try await reference(from: table, key: key, to: parent), of: parent)
        guard !parentKey.contains(column) else {
            throw CounterError(.invalidDefinition, "\(column.name) is a key of \(parent.name); give another column")
        }
        for (child, referred) in zip(key, parentKey)
        where child.isNumeric != referred.isNumeric || child.affinity == "BLOB" && referred.affinity != "BLOB"
            || child.collation != referred.collation
        {
            throw CounterError(
                .invalidDefinition,
                "\(table.name).\(child.name) and \(parent.name).\(referred.name) compare differently; "
                    + "declare both with the same type and collation"
            )
        }
        guard table.hasIndex(on: key, where: condition) else {
            let names = key.map(\.quoted).joined(separator: ", ")
            throw CounterError(
                .invalidDefinition,
                "each new row of \(parent.name) would have to read all of \(table.name); "
                    + "run CREATE INDEX … ON \(table.quoted) (\(names)) first"
            )
        }
        let isIdentity = parent.identity.contains { parentKey.contains($0) }
        let others = parent.identityAliases.filter { alias in
            isIdentity && !parentKey.contains { $0.name.lowercased() == alias.lowercased() }
        }
        return .init(table: parent, column: column, key: parentKey, keyAliases: parentKey.map(\.name) + others)
    }

    /// The columns of the parent that the key columns refer to: as a foreign key says, or its primary key.
    private func reference(
        from table: SQLiteCountedTable,
        key: [SQLiteCountedTable.Column],
        to parent: SQLiteCountedTable
    ) async throws -> [String] {
        let rows = try await connection.run(
            """
            SELECT id, "from", "to" FROM pragma_foreign_key_list(\(table.name), 'main')
            WHERE lower("table") = lower(\(parent.name)) ORDER BY id, seq
            """
        )
        var references: [Int: [(from: String, to: String?)]] = [:]
        for row in rows {
            references[try row.decode(Int.self, at: 0), default: []]
                .append((try row.decode(String.self, at: 1).lowercased(), try row.decode(String?.self, at: 2)))
        }
        let primary =
            try await connection.run(
                "SELECT name FROM pragma_table_info(\(parent.name), 'main') WHERE pk > 0 ORDER BY pk"
            )
            .map { try $0.decode(String.self, at: 0) }
        let names = key.map { $0.name.lowercased() }
        for (_, columns) in references.sorted(by: { $0.key < $1.key })
        where Set(columns.map(\.from)) == Set(names) && columns.count == names.count {
            let pairs = columns.enumerated()
                .map { ($1.from, $1.to ?? (primary.indices.contains($0) ? primary[$0] : "")) }
            let targets = Dictionary(pairs, uniquingKeysWith: { first, _ in first })
            return names.compactMap { targets[$0] }
        }
        guard primary.count == key.count else {
            throw CounterError(
                .invalidDefinition,
                "nothing says which row of \(parent.name) a row of \(table.name) belongs to; "
                    + "give the columns that refer to its primary key"
            )
        }
        return primary
    }
}
