import Foundation
import MartletCore

extension Conformance {
    /// Statements are prepared once, and their values are bound.
    static let statementCases: [ConformanceCase] = [
        ConformanceCase("runs one statement a thousand times with other values", run: runsAgain),
        ConformanceCase("binds by number, whatever the order of the placeholders", run: bindsByNumber),
        ConformanceCase("sees a column that was added after the statement was prepared", run: seesNewColumns),
        ConformanceCase("says how many rows were inserted, updated and deleted", run: countsRows),
        ConformanceCase("keeps values from being read as SQL", run: keepsValuesInert),
        ConformanceCase("quotes names of any kind", run: quotesNames),
        ConformanceCase("gives concurrent callers of one connection their own results", run: servesConcurrentCallers),
        ConformanceCase("runs a script with triggers and functions", run: runsScripts),
    ]

    private static func runsAgain(_ engine: any Engine) async throws {
        try await engine.withConnection(.readWrite) { connection in
            for number in 0..<1_000 {
                let rows = try await connection.run("SELECT CAST(\(number) AS bigint), CAST(\("v\(number)") AS text)")
                try expectEqual(try rows[0].decode(Int.self, at: 0), number, "the integer of run \(number)")
                try expectEqual(try rows[0].decode(String.self, at: 1), "v\(number)", "the text of run \(number)")
            }
        }
    }

    private static func bindsByNumber(_ engine: any Engine) async throws {
        try await engine.withConnection(.readWrite) { connection in
            let text: Statement = Statement(
                "SELECT CAST($2 AS text), CAST($1 AS text), CAST($3 AS text), CAST($1 AS text)"
            )
            let rows = try await connection.run(text.binding("one", "two", "three"))
            let read = try (0..<4).map { try rows[0].decode(String.self, at: $0) }
            try expectEqual(read, ["two", "one", "three", "one"], "values by number")
        }
    }

    private static func seesNewColumns(_ engine: any Engine) async throws {
        let table: Identifier = "conformance_statements_new_column"
        try await engine.withTables((table, "id bigint PRIMARY KEY")) { connection in
            try await connection.run("INSERT INTO \(table) (id) VALUES (1)")
            for _ in 0..<3 { try await connection.run("SELECT * FROM \(table)") }
            try await connection.run("ALTER TABLE \(table) ADD COLUMN added bigint DEFAULT 5")
            let rows = try await connection.run("SELECT * FROM \(table)")
            try expectEqual(rows.columns, ["id", "added"], "columns after ALTER TABLE")
            try expectEqual(try rows[0].decode(Int.self, "added"), 5, "the new column")
        }
    }

    private static func countsRows(_ engine: any Engine) async throws {
        let table: Identifier = "conformance_statements_affected"
        try await engine.withTables((table, "id bigint PRIMARY KEY, v bigint")) { connection in
            let inserted = try await connection.run("INSERT INTO \(table) (id) VALUES (1), (2), (3)")
            try expectEqual(inserted.affectedRows, 3, "inserted")
            let updated = try await connection.run("UPDATE \(table) SET v = id WHERE id > 1")
            try expectEqual(updated.affectedRows, 2, "updated")
            let none = try await connection.run("UPDATE \(table) SET v = 0 WHERE id > 100")
            try expectEqual(none.affectedRows, 0, "updated by a condition that nothing meets")
            let selected = try await connection.run("SELECT id FROM \(table)")
            try expectEqual(selected.affectedRows, 3, "selected")
            let returned = try await connection.run("DELETE FROM \(table) WHERE id < 3 RETURNING id")
            try expectEqual(returned.affectedRows, 2, "deleted")
            try expectEqual(Set(try returned.map { try $0.decode(Int.self, "id") }), [1, 2], "RETURNING")
        }
    }

    /// Texts that have emptied databases where they were spliced instead of bound.
    private static let injections = [
        "'; DROP TABLE conformance_statements_inert; --", "' OR '1'='1", "\" OR 1=1 --", "1; SELECT pg_sleep(10)",
        "$1", "?1", ":name", "@name", "%s", "\\'; DELETE FROM conformance_statements_inert; --", "/* */", "--", "''",
        "x' UNION SELECT sql FROM sqlite_master --", "$$; DROP TABLE conformance_statements_inert; $$",
        "\u{2019} OR 1=1",
        "{{7*7}}", "\\x27", "%27%20OR%201=1", "admin'/*",
    ]

    private static func keepsValuesInert(_ engine: any Engine) async throws {
        let table: Identifier = "conformance_statements_inert"
        try await engine.withTables((table, "id bigint PRIMARY KEY, v text")) { connection in
            for (id, text) in injections.enumerated() {
                try await connection.run("INSERT INTO \(table) (id, v) VALUES (\(id), \(text))")
                let found = try await connection.run("SELECT v FROM \(table) WHERE v = \(text)")
                try expectEqual(found.count, 1, "rows that equal \(text)")
                try expectEqual(try found[0].decode(String.self, at: 0), text, "text \(id)")
            }
            try expectEqual(try await connection.count(table), injections.count, "rows")
        }
    }

    private static func quotesNames(_ engine: any Engine) async throws {
        let names: [Identifier] = [
            "Conformance Mixed Case", "conformance \"quoted\"", "conformance;--", "conformance_ünïcødé_表",
            "conformance'apostrophe", "select",
        ]
        for name in names {
            try await engine.withTables((name, "\(name.quoted) bigint")) { connection in
                try await connection.run("INSERT INTO \(name) (\(name)) VALUES (\(1))")
                let qualified = QualifiedName(schema: engine.differences.schema, name: name.name)
                let rows = try await connection.run("SELECT \(name) FROM \(qualified)")
                try expectEqual(rows.columns, [name.name], "the name of a column")
            }
        }
    }

    private static func servesConcurrentCallers(_ engine: any Engine) async throws {
        try await engine.withConnection(.readWrite) { connection in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<100 {
                    group.addTask {
                        let read = try await connection.number("SELECT CAST(\(number) AS bigint)")
                        try expectEqual(read, number, "what caller \(number) got")
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    private static func runsScripts(_ engine: any Engine) async throws {
        let source: Identifier = "conformance_statements_source"
        let log: Identifier = "conformance_statements_log"
        let function: Identifier = "conformance_statements_count"
        try await engine.withTables((log, "id bigint"), (source, "id bigint")) { connection in
            let script = engine.differences.countingScript(source: source, log: log, function: function)
            try await connection.runScript(script)
            let counted = try await connection.number("SELECT id FROM \(log)")
            try await connection.runScript("")
            try await expectError(.syntaxError, "a script that is no SQL") {
                try await connection.runScript("SELEKT 1;")
            }
            try await connection.run("DROP TABLE \(source)")
            try await connection.run(engine.differences.dropFunction(function))
            try expectEqual(counted, 2, "what the trigger counted")
        }
    }
}
