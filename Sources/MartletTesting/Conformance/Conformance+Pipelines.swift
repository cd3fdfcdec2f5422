import MartletCore

extension Conformance {
    /// Several statements at once take effect together, and answer in order.
    static let pipelineCases: [ConformanceCase] = [
        ConformanceCase("answers a pipeline in the order of its statements") { engine in
            try await engine.withConnection(.readWrite) { connection in
                let statements = (0..<250).map { number in "SELECT CAST(\(number) AS bigint)" as BoundStatement }
                let results = try await connection.runPipelined(statements)
                let read = try results.map { try $0[0].decode(Int.self, at: 0) }
                try expectEqual(read, Array(0..<250), "answers")
                try expectEqual(try await connection.runPipelined([]).count, 0, "answers to no statement")
            }
        },
        ConformanceCase("lets each statement of a pipeline see the ones before") { engine in
            let table: Identifier = "conformance_pipelines_order"
            try await engine.withTables((table, "id bigint PRIMARY KEY, v bigint")) { connection in
                let results = try await connection.runPipelined([
                    "INSERT INTO \(table) (id, v) VALUES (1, 10)", "UPDATE \(table) SET v = v + 1",
                    "SELECT v FROM \(table)", "DELETE FROM \(table)", "SELECT count(*) FROM \(table)",
                ])
                try expectEqual(results.map(\.affectedRows), [1, 1, 1, 1, 1], "affected rows")
                try expectEqual(try results[2][0].decode(Int.self, at: 0), 11, "what the third one read")
                try expectEqual(try results[4][0].decode(Int.self, at: 0), 0, "what the last one read")
            }
        },
        ConformanceCase("undoes a pipeline of which one statement fails", run: undoesAll),
        ConformanceCase("leaves a pipeline in a transaction to the transaction") { engine in
            let table: Identifier = "conformance_pipelines_nested"
            try await engine.withTables((table, "id bigint PRIMARY KEY")) { connection in
                do {
                    try await connection.transaction { connection in
                        try await connection.runPipelined([
                            "INSERT INTO \(table) (id) VALUES (1)", "INSERT INTO \(table) (id) VALUES (2)",
                        ])
                        throw BodyError()
                    }
                } catch is BodyError {}
                try expectEqual(try await connection.count(table), 0, "rows")
            }
        },
        ConformanceCase("lets a pipeline end the transaction it is in, and keeps nothing of one that fails") { engine in
            let table: Identifier = "conformance_pipelines_commit"
            try await engine.withTables((table, "id bigint PRIMARY KEY")) { connection in
                try await connection.run("BEGIN")
                try await connection.run("INSERT INTO \(table) (id) VALUES (1)")
                try await connection.runPipelined([
                    "INSERT INTO \(table) (id) VALUES (2)", "INSERT INTO \(table) (id) VALUES (3)", "COMMIT",
                ])
                try expectEqual(try await connection.count(table), 3, "rows of a transaction")
                try await connection.run("BEGIN")
                try await connection.run("INSERT INTO \(table) (id) VALUES (4)")
                do {
                    try await connection.runPipelined([
                        "INSERT INTO \(table) (id) VALUES (5)", "INSERT INTO \(table) (id) VALUES (1)", "COMMIT",
                    ])
                    throw ConformanceFailure("a row was inserted twice")
                } catch is EngineError {}
                try await connection.run("ROLLBACK")
                try expectEqual(try await connection.count(table), 3, "rows after one that failed")
            }
        },
    ]

    private static func undoesAll(_ engine: any Engine) async throws {
        let table: Identifier = "conformance_pipelines_atomic"
        try await engine.withTables((table, "id bigint PRIMARY KEY")) { connection in
            for failing: BoundStatement in [
                "INSERT INTO \(table) (id) VALUES (1)", "SELEKT 1", "SELECT * FROM conformance_pipelines_missing",
            ] {
                do {
                    try await connection.runPipelined([
                        "INSERT INTO \(table) (id) VALUES (1)", "INSERT INTO \(table) (id) VALUES (2)", failing,
                        "INSERT INTO \(table) (id) VALUES (3)",
                    ])
                    throw ConformanceFailure("a pipeline with \(failing.statement) went well")
                } catch is EngineError {}
                try expectEqual(try await connection.count(table), 0, "rows after \(failing.statement) failed")
            }
            try await expectError(.deadlineExceeded, "a pipeline that is late") {
                try await connection.runPipelined(
                    ["INSERT INTO \(table) (id) VALUES (1)", engine.differences.endless],
                    timeout: .milliseconds(50)
                )
            }
            try expectEqual(try await connection.count(table), 0, "rows after the deadline")
        }
    }
}
