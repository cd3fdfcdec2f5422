import MartletCore

extension Conformance {
    /// Work takes effect as a whole or not at all.
    static let transactionCases: [ConformanceCase] = [
        ConformanceCase("commits a transaction whose body returns") { engine in
            let table: Identifier = "conformance_transactions_commit"
            try await engine.withTables((table, "id bigint")) { connection in
                let answer = try await connection.transaction { connection in
                    try await connection.run("INSERT INTO \(table) (id) VALUES (1)")
                    return "done"
                }
                try expectEqual(answer, "done", "what the body returned")
                try expectEqual(try await connection.count(table), 1, "rows")
            }
        },
        ConformanceCase("rolls back a transaction whose body throws, and passes the error on") { engine in
            let table: Identifier = "conformance_transactions_throw"
            try await engine.withTables((table, "id bigint")) { connection in
                do {
                    try await connection.transaction { connection in
                        try await connection.run("INSERT INTO \(table) (id) VALUES (1)")
                        throw BodyError()
                    }
                    throw ConformanceFailure("the error of the body was swallowed")
                } catch is BodyError {}
                try expectEqual(try await connection.count(table), 0, "rows")
                _ = try await connection.transaction { try await $0.run("INSERT INTO \(table) (id) VALUES (2)") }
                try expectEqual(try await connection.count(table), 1, "rows of the next transaction")
            }
        },
        ConformanceCase("tells of a session whether a transaction is open") { engine in
            try await engine.withConnection(.readWrite) { connection in
                try expectEqual(connection.standing, .ready, "the session at first")
                try await connection.run("BEGIN")
                try await connection.run("SELECT 1")
                try expectEqual(connection.standing, .inTransaction, "the session within a transaction")
                try await connection.run("ROLLBACK")
                try expectEqual(connection.standing, .ready, "the session afterwards")
            }
        },
        ConformanceCase("rolls back a transaction whose statement fails") { engine in
            let table: Identifier = "conformance_transactions_fail"
            try await engine.withTables((table, "id bigint PRIMARY KEY")) { connection in
                try await expectError(.uniqueViolation, "a transaction with a failing statement") {
                    try await connection.transaction { connection in
                        try await connection.run("INSERT INTO \(table) (id) VALUES (1)")
                        try await connection.run("INSERT INTO \(table) (id) VALUES (1)")
                    }
                }
                try expectEqual(try await connection.count(table), 0, "rows")
            }
        },
        ConformanceCase("keeps the rows of a transaction that returns, or throws", run: keepsOrThrows),
        ConformanceCase("keeps the rows of a COMMIT that returns, or throws", run: commitsOrThrows),
        ConformanceCase(
            "refuses a transaction within a transaction, and leaves the outer one as it is",
            run: refusesNesting
        ),
        ConformanceCase("rolls back a transaction whose task is cancelled", run: rollsBackCancelled),
        ConformanceCase("runs a transaction again that failed for another's sake, and no other", run: repeats),
        ConformanceCase("loses no change of transactions that are run again until they succeed", run: losesNothing),
        ConformanceCase("undoes a savepoint and keeps the rest", run: nestsSavepoints),
        ConformanceCase("hides what is not committed from other connections", run: isolates),
        ConformanceCase("keeps one snapshot throughout a transaction that only reads", run: keepsSnapshot),
        ConformanceCase("refuses all statements of a transaction that was lost, until its end", run: staysAborted),
        ConformanceCase("rolls back what is open when the connection is closed") { engine in
            let table: Identifier = "conformance_transactions_close"
            try await engine.withTables((table, "id bigint")) { connection in
                let other = try await engine.connect(.readWrite)
                try await other.run("BEGIN")
                try await other.run("INSERT INTO \(table) (id) VALUES (1)")
                await other.close()
                try expectEqual(try await connection.count(table), 0, "rows")
                try await connection.run("INSERT INTO \(table) (id) VALUES (2)")
            }
        },
    ]

    private static func rollsBackCancelled(_ engine: any Engine) async throws {
        let table: Identifier = "conformance_transactions_cancel"
        try await engine.withTables((table, "id bigint")) { connection in
            let task = Task {
                try await connection.transaction { connection in
                    try await connection.run("INSERT INTO \(table) (id) VALUES (1)")
                    try await connection.run(engine.differences.endless)
                }
            }
            try await Task.sleep(for: .milliseconds(100))
            task.cancel()
            try await expectError(.cancelled, "a cancelled transaction") { try await task.value }
            try expectEqual(try await connection.count(table), 0, "rows")
            _ = try await connection.transaction { try await $0.run("INSERT INTO \(table) (id) VALUES (2)") }
            try expectEqual(try await connection.count(table), 1, "rows of the next transaction")
        }
    }

    private static func repeats(_ engine: any Engine) async throws {
        let table: Identifier = "conformance_transactions_repeat"
        try await engine.withTables((table, "id bigint")) { connection in
            for (code, kept) in [(EngineError.Code.deadlock, 1), (.serializationFailure, 2), (.lockTimeout, 3)] {
                var runs = 0
                try await connection.transaction(attempts: 3) { connection in
                    runs += 1
                    try await connection.run("INSERT INTO \(table) (id) VALUES (\(runs))")
                    if runs < 3 { throw EngineError(code, "another came before") }
                }
                try expectEqual(runs, 3, "runs of a transaction that failed twice")
                try expectEqual(try await connection.count(table), kept, "rows of the attempts that succeeded")
            }
            for (code, attempts, expected) in [(EngineError.Code.deadlock, 2, 2), (.uniqueViolation, 9, 1)] {
                var runs = 0
                try await expectError(code, "a transaction that fails each time") {
                    try await connection.transaction(attempts: attempts) { _ in
                        runs += 1
                        throw EngineError(code, "as ever")
                    }
                }
                try expectEqual(runs, expected, "runs of a transaction that fails each time")
            }
        }
    }

    /// Each reads a number and writes the next: without the repetition one of two who meet fails or is lost.
    private static func losesNothing(_ engine: any Engine) async throws {
        let table: Identifier = "conformance_transactions_lost"
        try await engine.withTables((table, "id bigint, n bigint")) { connection in
            try await connection.run("INSERT INTO \(table) (id, n) VALUES (1, 0)")
            try await withThrowingTaskGroup { group in
                for _ in 0..<4 {
                    group.addTask {
                        try await engine.withConnection(.readWrite) { connection in
                            for _ in 0..<10 { try await increment(table, on: connection) }
                        }
                    }
                }
                try await group.waitForAll()
            }
            let rows = try await connection.run("SELECT n FROM \(table)")
            try expectEqual(try rows[0].decode(Int.self, at: 0), 40, "changes that were kept")
        }
    }

    private static func increment(_ table: Identifier, on connection: any Connection) async throws {
        try await connection.transaction(attempts: 100, isolation: .serializable) { connection in
            let number = try await connection.run("SELECT n FROM \(table)")[0].decode(Int.self, at: 0)
            try await connection.run("UPDATE \(table) SET n = \(number + 1)")
        }
    }

    /// SQLite undoes only the statement that failed, and PostgreSQL the transaction.
    private static func keepsOrThrows(_ engine: any Engine) async throws {
        let table: Identifier = "conformance_transactions_caught"
        try await engine.withTables((table, "id bigint PRIMARY KEY")) { connection in
            var kept = 1
            do {
                try await connection.transaction { connection in
                    try await connection.run("INSERT INTO \(table) (id) VALUES (1)")
                    try await expectError(.uniqueViolation, "a row that is there already") {
                        try await connection.run("INSERT INTO \(table) (id) VALUES (1)")
                    }
                }
            } catch let error as EngineError {
                try expectEqual(error.code, .transactionAborted, "the code of a transaction that is not kept")
                kept = 0
            }
            try expectEqual(try await connection.count(table), kept, "rows")
            try expectEqual(connection.standing, .ready, "the session afterwards")
            _ = try await connection.transaction { try await $0.run("INSERT INTO \(table) (id) VALUES (2)") }
            try expectEqual(try await connection.count(table), kept + 1, "rows of the next transaction")
        }
    }

    private static func commitsOrThrows(_ engine: any Engine) async throws {
        let table: Identifier = "conformance_transactions_commits"
        try await engine.withTables((table, "id bigint PRIMARY KEY")) { connection in
            for commit: BoundStatement in ["COMMIT", "end", "/* all */ COMMIT"] {
                try await connection.run("DELETE FROM \(table)")
                try await connection.run("BEGIN")
                try await connection.run("INSERT INTO \(table) (id) VALUES (1)")
                try await expectError(.uniqueViolation, "a row that is there already") {
                    try await connection.run("INSERT INTO \(table) (id) VALUES (1)")
                }
                var kept = 1
                do {
                    try await connection.runPipelined([commit])
                } catch let error as EngineError {
                    try expectEqual(error.code, .transactionAborted, "the code of a transaction that is not kept")
                    kept = 0
                }
                try expectEqual(try await connection.count(table), kept, "rows")
                try expectEqual(connection.standing, .ready, "the session afterwards")
            }
        }
    }

    private static func refusesNesting(_ engine: any Engine) async throws {
        let table: Identifier = "conformance_transactions_nested"
        try await engine.withTables((table, "id bigint")) { connection in
            do {
                try await connection.transaction { connection in
                    try await connection.run("INSERT INTO \(table) (id) VALUES (1)")
                    try await expectError(.unsupported, "a transaction within a transaction") {
                        try await connection.transaction { try await $0.run("INSERT INTO \(table) (id) VALUES (2)") }
                    }
                    try await expectError(.unsupported, "a pipeline that begins another transaction") {
                        try await connection.runPipelined([
                            "BEGIN", "INSERT INTO \(table) (id) VALUES (3)", "COMMIT",
                        ])
                    }
                    try expectEqual(try await connection.count(table), 1, "rows within the outer transaction")
                    throw BodyError()
                }
            } catch is BodyError {}
            try expectEqual(try await connection.count(table), 0, "rows after the outer one was rolled back")
            _ = try await connection.transaction { try await $0.run("INSERT INTO \(table) (id) VALUES (4)") }
            _ = try await connection.transaction { try await $0.run("INSERT INTO \(table) (id) VALUES (5)") }
            try expectEqual(try await connection.count(table), 2, "rows of transactions one after the other")
        }
    }

    private static func nestsSavepoints(_ engine: any Engine) async throws {
        let table: Identifier = "conformance_transactions_savepoint"
        try await engine.withTables((table, "id bigint PRIMARY KEY")) { connection in
            try await connection.transaction { connection in
                try await connection.run("INSERT INTO \(table) (id) VALUES (1)")
                try await connection.savepoint("outer one") { connection in
                    try await connection.run("INSERT INTO \(table) (id) VALUES (2)")
                    try await expectError(.uniqueViolation, "the inner savepoint") {
                        try await connection.savepoint("inner") { connection in
                            try await connection.run("INSERT INTO \(table) (id) VALUES (3)")
                            try await connection.run("INSERT INTO \(table) (id) VALUES (3)")
                        }
                    }
                    try await connection.run("INSERT INTO \(table) (id) VALUES (4)")
                }
            }
            let rows = try await connection.run("SELECT id FROM \(table) ORDER BY id")
            try expectEqual(try rows.map { try $0.decode(Int.self, at: 0) }, [1, 2, 4], "what remains")
        }
    }

    private static func isolates(_ engine: any Engine) async throws {
        let table: Identifier = "conformance_transactions_isolation"
        try await engine.withTables((table, "id bigint")) { connection in
            try await engine.withConnection(.readOnly) { other in
                try await connection.transaction { connection in
                    try await connection.run("INSERT INTO \(table) (id) VALUES (1)")
                    try expectEqual(try await connection.count(table), 1, "rows seen from within")
                    try expectEqual(try await other.count(table), 0, "rows seen from elsewhere before the commit")
                }
                try expectEqual(try await other.count(table), 1, "rows seen from elsewhere after the commit")
            }
        }
    }

    private static func keepsSnapshot(_ engine: any Engine) async throws {
        let table: Identifier = "conformance_transactions_snapshot"
        try await engine.withTables((table, "id bigint")) { connection in
            try await engine.withConnection(.readOnly) { other in
                try await other.transaction(isolation: .repeatableRead, readOnly: true) { other in
                    try expectEqual(try await other.count(table), 0, "rows at first")
                    try await connection.run("INSERT INTO \(table) (id) VALUES (1)")
                    try expectEqual(try await other.count(table), 0, "rows in the same snapshot")
                }
                try expectEqual(try await other.count(table), 1, "rows in the next one")
            }
        }
    }

    private static func staysAborted(_ engine: any Engine) async throws {
        let table: Identifier = "conformance_transactions_aborted"
        try await engine.withTables((table, "id bigint")) { connection in
            try await connection.run("BEGIN")
            try await connection.run("INSERT INTO \(table) (id) VALUES (1)")
            // A write that is stopped half way takes the transaction along, on both engines. One that is late before it
            // begins does not: the deadline is long enough for it to begin on a busy machine.
            try await expectError(.deadlineExceeded, "a write that is stopped") {
                try await connection.run(engine.differences.endlessInsert(into: table), timeout: .milliseconds(500))
            }
            try await expectError(.transactionAborted, "a statement in a lost transaction") {
                try await connection.run("INSERT INTO \(table) (id) VALUES (2)")
            }
            try await expectError(.transactionAborted, "a pipeline in a lost transaction") {
                try await connection.runPipelined(["SELECT 1", "SELECT 2"])
            }
            try await connection.run("ROLLBACK")
            try expectEqual(try await connection.count(table), 0, "rows")
            try await connection.run("INSERT INTO \(table) (id) VALUES (3)")
            try expectEqual(try await connection.count(table), 1, "rows of the next statement")
        }
    }
}
