import MartletCore

extension Conformance {
    /// The catalog says what there is, with names as they are.
    static let catalogCases: [ConformanceCase] = [
        ConformanceCase("shows tables, columns and keys", run: showsTables),
        ConformanceCase("shows indexes with their keys, order, expressions and predicates", run: showsIndexes),
        ConformanceCase("shows constraints, and the indexes that back them", run: showsConstraints),
        ConformanceCase("shows names in mixed case, with quotes and in any script", run: showsOddNames),
        ConformanceCase("says why there are no statistics of statements, or gives them") { engine in
            try await engine.withConnection(.readOnly) { connection in
                switch try await connection.statementStatistics(limit: 10) {
                case .available(let statistics, _): try expect(statistics.count <= 10, "more than the limit")
                case .unavailable(let reason): try expect(!reason.isEmpty, "no reason is given")
                }
            }
        },
    ]

    private static func read(_ table: Identifier, _ connection: any Connection) async throws -> Table {
        let catalog = try await connection.catalog()
        let schema = ConformanceDialect(connection.dialect).schema
        guard let found = catalog.table(QualifiedName(schema: schema, name: table.name)) else {
            throw ConformanceFailure(
                "the catalog lacks \(table.name); it has \(catalog.tables.map(\.name.description))"
            )
        }
        try expectEqual(catalog.dialect, connection.dialect, "the dialect of the catalog")
        try expect(!catalog.version.isEmpty, "the version is missing")
        try expect(catalog.sizeBytes > 0, "the size is missing")
        try expectEqual(catalog.tables.map(\.name), catalog.tables.map(\.name).sorted(), "the order of the tables")
        return found
    }

    private static func showsTables(_ engine: any Engine) async throws {
        let table: Identifier = "conformance_catalogs_table"
        let columns = "a bigint NOT NULL, b text DEFAULT 'x', c double precision, PRIMARY KEY (b, a)"
        try await engine.withTables((table, columns)) { connection in
            try await connection.run("INSERT INTO \(table) (a) VALUES (1), (2), (3)")
            try await connection.run("ANALYZE \(table)")
            let found = try await read(table, connection)
            try expectEqual(found.kind, .ordinary, "kind")
            try expectEqual(found.columns.map(\.name), ["a", "b", "c"], "columns")
            try expectEqual(found.columns.map(\.type), ["bigint", "text", "double precision"], "types")
            try expectEqual(found.columns[0].isNullable, false, "whether a NOT NULL column may be NULL")
            try expectEqual(found.columns[2].isNullable, true, "whether a plain column may be NULL")
            try expect(found.columns[1].defaultSQL?.contains("'x'") == true, "the default is missing")
            try expectEqual(found.primaryKeyColumns, ["b", "a"], "the primary key")
            try expectEqual(found.estimatedRows, 3, "rows after ANALYZE")
            try expect(found.tableBytes > 0, "the size of the table is missing")
            try expect(found.indexBytes > 0, "the size of the indexes is missing")
        }
    }

    private static func showsIndexes(_ engine: any Engine) async throws {
        let table: Identifier = "conformance_catalogs_indexed"
        try await engine.withTables((table, "a bigint, b text, active bigint")) { connection in
            try await connection.runScript(
                """
                CREATE INDEX conformance_catalogs_plain ON \(table.quoted) (a, b DESC);
                CREATE UNIQUE INDEX conformance_catalogs_partial ON \(table.quoted) (b) WHERE active = 1;
                CREATE INDEX conformance_catalogs_expression ON \(table.quoted) (lower(b), a);
                """
            )
            let indexes = try await read(table, connection).indexes
            try expectEqual(
                indexes.map(\.name),
                ["conformance_catalogs_expression", "conformance_catalogs_partial", "conformance_catalogs_plain"],
                "indexes in order of name"
            )
            let (expression, partial, plain) = (indexes[0], indexes[1], indexes[2])
            try expectEqual(plain.keys.map(\.text), ["a", "b"], "keys")
            try expectEqual(plain.keys.map(\.isDescending), [false, true], "direction")
            try expectEqual(plain.predicate, nil, "the predicate of an index that is not partial")
            try expect(partial.predicate?.contains("active = 1") == true, "predicate: \(partial.predicate ?? "none")")
            try expect(partial.isUnique && !plain.isUnique, "uniqueness")
            try expectEqual(expression.keys.map(\.isExpression), [true, false], "which key is an expression")
            try expect(expression.keys[0].text.contains("lower(b"), "expression: \(expression.keys[0].text)")
            for index in indexes {
                try expectEqual(index.table.name, table.name, "the table of \(index.name)")
                try expect(index.definition?.hasPrefix("CREATE") == true, "the definition of \(index.name)")
                try expectEqual(index.constraint, nil, "the constraint of \(index.name)")
                try expect(!index.isPrimary && index.isValid, "flags of \(index.name)")
                try expect(index.sizeBytes > 0, "the size of \(index.name)")
            }
            // What the catalog prints must make the same index again.
            try await connection.run("DROP INDEX conformance_catalogs_partial")
            try await connection.runScript(partial.definition ?? "")
            let again = try await read(table, connection).indexes[1]
            try expectEqual(again.predicate, partial.predicate, "the predicate after it was made again")
        }
    }

    private static func showsConstraints(_ engine: any Engine) async throws {
        let parent: Identifier = "conformance_catalogs_parent"
        let child: Identifier = "conformance_catalogs_child"
        let columns = """
            id bigint PRIMARY KEY, email text UNIQUE, state text CHECK (state IN ('open', 'done')),
            parent_id bigint REFERENCES \(parent.quoted) (id) ON DELETE CASCADE
            """
        try await engine.withTables((parent, "id bigint PRIMARY KEY"), (child, columns)) { connection in
            let table = try await read(child, connection)
            let key = Constraint.Kind.foreignKey(
                references: QualifiedName(schema: engine.differences.schema, name: parent.name),
                columns: ["id"],
                onDelete: .cascade
            )
            let foreign = table.constraints.first { $0.kind == key }
            try expectEqual(foreign?.columns, ["parent_id"], "the columns of the foreign key")
            let unique = table.constraints.first { $0.kind == .unique }
            try expectEqual(unique?.columns, ["email"], "the columns of the unique constraint")
            let backing = table.indexes.first { $0.constraint == unique?.name }
            try expectEqual(backing?.keys.map(\.text), ["email"], "the index that backs the unique constraint")
            try expectEqual(backing?.isUnique, true, "whether that is unique")
            let primary = table.indexes.first { $0.isPrimary }
            try expectEqual(primary?.keys.map(\.text), ["id"], "the index that backs the primary key")
            let checks = table.constraints.compactMap { constraint -> String? in
                if case .check(let condition) = constraint.kind { condition } else { nil }
            }
            try expectEqual(checks.count, 1, "check constraints")
            try expect(checks[0].contains("'open'") && checks[0].contains("'done'"), "check: \(checks[0])")
        }
    }

    private static func showsOddNames(_ engine: any Engine) async throws {
        let parent: Identifier = "Conformance Catalog \"Parent\""
        let child: Identifier = "conformance_каталог_表"
        let columns = """
            "Mixed Case" bigint PRIMARY KEY, "order" bigint REFERENCES \(parent.quoted) ("Ключ"), "it's" text
            """
        try await engine.withTables((parent, "\"Ключ\" bigint PRIMARY KEY"), (child, columns)) { connection in
            try await connection.run(
                "CREATE INDEX \"Conformance Index \"\"1\"\"\" ON \(child) (\"it's\", \"Mixed Case\")"
            )
            let table = try await read(child, connection)
            try expectEqual(table.columns.map(\.name), ["Mixed Case", "order", "it's"], "columns")
            let index = table.indexes.first { $0.name == "Conformance Index \"1\"" }
            try expectEqual(index?.keys.map(\.text), ["it's", "Mixed Case"], "keys")
            let keys = table.constraints.compactMap { constraint -> [String]? in
                guard case .foreignKey(let target, let columns, _) = constraint.kind else { return nil }
                return [target.name] + columns
            }
            try expectEqual(keys, [[parent.name, "Ключ"]], "what the foreign key refers to")
        }
    }
}
