import MartletCore

extension Conformance {
    /// Errors have a code that is the same for both engines.
    static let errorCases: [ConformanceCase] = [
        ConformanceCase("names the constraint's kind that refused a row", run: namesConstraints),
        ConformanceCase("tells a syntax error, and the connection stays usable") { engine in
            try await expect(.syntaxError, "SELEKT 1", engine)
        },
        ConformanceCase("tells a statement that is cut off") { engine in
            try await expect(.syntaxError, "SELECT (1", engine)
        },
        ConformanceCase("tells a table that does not exist") { engine in
            try await expect(.undefinedObject, "SELECT * FROM conformance_errors_missing", engine)
        },
        ConformanceCase("tells a column that does not exist") { engine in
            try await expect(.undefinedObject, "SELECT missing FROM (SELECT 1 AS a) AS t", engine)
        },
        ConformanceCase("tells a function that does not exist") { engine in
            try await expect(.undefinedObject, "SELECT conformance_errors_missing(1)", engine)
        },
        ConformanceCase("tells a table that exists already") { engine in
            let table: Identifier = "conformance_errors_duplicate"
            try await engine.withTables((table, "id bigint")) { connection in
                try await expectError(.duplicateObject, "making a table twice") {
                    try await connection.run("CREATE TABLE \(table) (id bigint)")
                }
            }
        },
        ConformanceCase("refuses too few and too many values", run: refusesWrongBindings),
        ConformanceCase("never shows a bound value in the description of an error", run: hidesValues),
        ConformanceCase("says that the connection was closed", run: tellsClosed),
    ]

    private static func expect(_ code: EngineError.Code, _ sql: String, _ engine: any Engine) async throws {
        try await engine.withConnection(.readWrite) { connection in
            let statement = BoundStatement(Statement(unsafeText: sql))
            let error = try await expectError(code, sql) { try await connection.run(statement) }
            try MartletTesting.expect(error.driverCode?.isEmpty == false, "\(sql): the driver's own code is missing")
            try MartletTesting.expect(error.statement == sql, "\(sql): the error does not carry the statement")
            try expectEqual(try await connection.number("SELECT 7"), 7, "the statement after the error")
        }
    }

    private static func namesConstraints(_ engine: any Engine) async throws {
        let parent: Identifier = "conformance_errors_parent"
        let child: Identifier = "conformance_errors_child"
        let columns = """
            id bigint PRIMARY KEY, email text UNIQUE, name text NOT NULL, age bigint CHECK (age >= 0),
            parent_id bigint REFERENCES \(parent.quoted) (id)
            """
        try await engine.withTables((parent, "id bigint PRIMARY KEY"), (child, columns)) { connection in
            try await connection.run("INSERT INTO \(parent) (id) VALUES (1)")
            try await connection.run("INSERT INTO \(child) VALUES (1, 'a', 'n', 1, 1)")
            let refused: [(EngineError.Code, BoundStatement)] = [
                (.uniqueViolation, "INSERT INTO \(child) VALUES (1, 'b', 'n', 1, 1)"),
                (.uniqueViolation, "INSERT INTO \(child) VALUES (2, 'a', 'n', 1, 1)"),
                (.notNullViolation, "INSERT INTO \(child) VALUES (2, 'b', NULL, 1, 1)"),
                (.checkViolation, "INSERT INTO \(child) VALUES (2, 'b', 'n', -1, 1)"),
                (.foreignKeyViolation, "INSERT INTO \(child) VALUES (2, 'b', 'n', 1, 2)"),
                (.foreignKeyViolation, "DELETE FROM \(parent) WHERE id = 1"),
            ]
            for (code, statement) in refused {
                let error = try await expectError(code, statement.statement.text) {
                    try await connection.run(statement)
                }
                try MartletTesting.expect(!error.code.isRetryable, "\(code) is no reason to try again")
            }
            try expectEqual(try await connection.count(child), 1, "rows after six refusals")
        }
    }

    private static func refusesWrongBindings(_ engine: any Engine) async throws {
        try await engine.withConnection(.readWrite) { connection in
            let statement = Statement("SELECT CAST($1 AS bigint) + CAST($2 AS bigint)")
            for values: [Value] in [[], [1], [1, 2, 3]] {
                try await expectError(.invalidBinding, "\(values.count) values for two placeholders") {
                    try await connection.run(statement.binding(values: values))
                }
            }
            try expectEqual(try await connection.number(statement.binding(1, 2)), 3, "the right number of values")
        }
    }

    private static func hidesValues(_ engine: any Engine) async throws {
        let table: Identifier = "conformance_errors_secret"
        try await engine.withTables((table, "v text UNIQUE")) { connection in
            let insert: BoundStatement = "INSERT INTO \(table) (v) VALUES (\("hunter2"))"
            try await connection.run(insert)
            let error = try await expectError(.uniqueViolation, "the same text twice") {
                try await connection.run(insert)
            }
            try MartletTesting.expect(!"\(error)".contains("hunter2"), "the description shows the value: \(error)")
            try MartletTesting.expect(!error.message.contains("hunter2"), "the message shows the value: \(error)")
        }
    }

    private static func tellsClosed(_ engine: any Engine) async throws {
        let connection = try await engine.connect(.readWrite)
        try expectEqual(try await connection.number("SELECT 1"), 1, "before close")
        await connection.close()
        await connection.close()
        try await expectError(.connectionLost, "run after close") { try await connection.run("SELECT 1") }
        try await expectError(.connectionLost, "a script after close") { try await connection.runScript("SELECT 1") }
        try await expectError(.connectionLost, "a stream after close") {
            try await connection.stream("SELECT 1", batchRows: 1) { _ in }
        }
    }
}
