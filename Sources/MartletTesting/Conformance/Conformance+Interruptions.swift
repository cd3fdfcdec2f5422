import MartletCore

extension Conformance {
    /// Deadlines and cancellation end the statement in the database, not only the waiting for it.
    static let interruptionCases: [ConformanceCase] = [
        ConformanceCase("ends a statement at its deadline, and the connection stays usable") { engine in
            try await engine.withConnection(.readWrite) { connection in
                try await expectSoon("the deadline") {
                    try await expectError(.deadlineExceeded, "an endless statement") {
                        try await connection.run(engine.differences.endless, timeout: .milliseconds(100))
                    }
                    try expectEqual(try await connection.number("SELECT 1"), 1, "the statement after")
                }
            }
        },
        ConformanceCase("lets a statement that is in time return its rows") { engine in
            try await engine.withConnection(.readWrite) { connection in
                for _ in 0..<200 {
                    let rows = try await connection.run("SELECT 1", timeout: .seconds(30))
                    try expectEqual(rows.count, 1, "rows")
                }
            }
        },
        ConformanceCase("ends a statement whose task is cancelled, and the connection stays usable") { engine in
            try await engine.withConnection(.readWrite) { connection in
                for _ in 0..<5 {
                    let task = Task { try await connection.run(engine.differences.endless) }
                    try await Task.sleep(for: .milliseconds(20))
                    try await expectSoon("the cancellation") {
                        task.cancel()
                        try await expectError(.cancelled, "a cancelled statement") { try await task.value }
                        try expectEqual(try await connection.number("SELECT 1"), 1, "the statement after")
                    }
                }
            }
        },
        ConformanceCase("runs nothing for a task that was cancelled before", run: runsNothingCancelled),
        ConformanceCase("cancels one of many callers and serves the others", run: cancelsOne),
        ConformanceCase("ends a stream whose task is cancelled") { engine in
            try await engine.withConnection(.readWrite) { connection in
                let task = Task {
                    try await connection.stream(
                        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n",
                        batchRows: 100
                    ) { _ in }
                }
                try await Task.sleep(for: .milliseconds(30))
                try await expectSoon("the cancellation of a stream") {
                    task.cancel()
                    try await expectError(.cancelled, "a cancelled stream") { try await task.value }
                    try expectEqual(try await connection.number("SELECT 1"), 1, "the statement after")
                }
            }
        },
    ]

    /// Far more than it takes on a busy machine; the statements would run for ever.
    private static func expectSoon(_ what: String, _ body: () async throws -> Void) async throws {
        let start = ContinuousClock.now
        try await body()
        let duration = ContinuousClock.now - start
        try expect(duration < .seconds(10), "\(what) took \(duration)")
    }

    private static func runsNothingCancelled(_ engine: any Engine) async throws {
        let table: Identifier = "conformance_interruptions_before"
        try await engine.withTables((table, "id bigint")) { connection in
            let task = Task {
                // Waits for the cancellation below, so that the statement is surely asked for after it.
                try? await Task.sleep(for: .seconds(60))
                try await connection.run("INSERT INTO \(table) (id) VALUES (1)")
            }
            task.cancel()
            try await expectError(.cancelled, "a statement of a cancelled task") { try await task.value }
            try expectEqual(try await connection.count(table), 0, "rows")
        }
    }

    private static func cancelsOne(_ engine: any Engine) async throws {
        try await engine.withConnection(.readWrite) { connection in
            let first = Task { try await connection.run(engine.differences.endless) }
            try await Task.sleep(for: .milliseconds(20))
            let others = (0..<10)
                .map { number in
                    Task { try await connection.number("SELECT CAST(\(number) AS bigint)") }
                }
            try await Task.sleep(for: .milliseconds(20))
            first.cancel()
            try await expectError(.cancelled, "the first caller") { try await first.value }
            for (number, other) in others.enumerated() {
                try expectEqual(try await other.value, number, "what caller \(number) got")
            }
        }
    }
}
