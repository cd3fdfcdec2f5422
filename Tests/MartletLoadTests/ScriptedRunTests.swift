import MartletCore
import MartletLoad
import MartletPostgres
import MartletSQLite
import MartletTesting
import Testing

/// What a scenario does must not depend on whether the connection goes from statement to statement by itself, as
/// PostgreSQL's does.
@Suite(.timeLimit(.minutes(5))) struct ScriptedRunTests {
    private static let server = Task { try await PrivatePostgres.start() }

    /// An empty database.
    private func engine() async throws -> PostgresEngine {
        let server = try await Self.server.value
        let name = "scripted_\(UInt64.random(in: 0...UInt64.max))"
        return try PostgresEngine(try await server.createDatabase(named: name))
    }

    private func inserting(_ name: String, weight: Double, isTransaction: Bool) -> ScenarioOperation {
        ScenarioOperation(
            name: name,
            weight: weight,
            statements: ["INSERT INTO t (a, b) VALUES (:a, :b)", "UPDATE t SET b = b + :b WHERE a = :a"],
            parameters: [
                "a": ParameterSource(.integers(1...1_000_000_000)),
                "b": ParameterSource(.integers(1...1_000), distribution: .zipf(exponent: 1)),
            ],
            isTransaction: isTransaction,
            writes: true
        )
    }

    private func rows(_ engine: any Engine) async throws -> [[Int]] {
        let rows = try await engine.withConnection(.readOnly) { try await $0.run("SELECT a, b FROM t ORDER BY a, b") }
        return try rows.map { [try $0.decode(Int.self, at: 0), try $0.decode(Int.self, at: 1)] }
    }

    @Test("the same seed runs the same operations with the same values on both engines")
    func seeds() async throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        let settings = LoadSettings(connections: 3, length: .runsPerConnection(200), seed: seed)
        let create = "CREATE TABLE t (a INTEGER, b INTEGER)"
        let operations = [
            inserting("alone", weight: 1, isTransaction: false), inserting("together", weight: 2, isTransaction: true),
        ]
        let sqlite = try await TemporaryDatabase(script: create)
        let postgres = try await engine()
        try await postgres.withConnection(.readWrite) { try await $0.runScript(create) }
        var completed: [[Int]] = []
        for engine: any Engine in [sqlite.engine, postgres] {
            let runner = LoadRunner(operations.map { $0.operation(engine.dialect) }, settings: settings)
            let executors = (engine as? PostgresEngine)?.taskExecutors ?? []
            let result = try await runner.run(on: engine, access: .readWrite, executors: executors)
            #expect(result.failures == 0 && result.operations.allSatisfy { $0.latency.count == $0.completed })
            completed.append(result.operations.map(\.completed))
        }
        #expect(completed[0] == completed[1] && completed[0].reduce(0, +) == 600, "seed \(seed)")
        #expect(try await rows(sqlite.engine) == rows(postgres), "seed \(seed)")
    }

    @Test("a run that fails in a transaction leaves nothing, is counted, and the next is run")
    func failures() async throws {
        let engine = try await engine()
        try await engine.withConnection(.readWrite) {
            try await $0.runScript("CREATE TABLE t (a int, b int CHECK (b < 5))")
        }
        let operation = ScenarioOperation(
            name: "it",
            statements: ["INSERT INTO t VALUES (:b, 0)", "UPDATE t SET b = :b WHERE a = :b"],
            parameters: ["b": ParameterSource(.integers(0...9))],
            isTransaction: true,
            writes: true
        )
        let settings = LoadSettings(connections: 1, length: .runsPerConnection(200), seed: 3)
        let result = try await LoadRunner([operation.operation(.postgres)], settings: settings)
            .run(on: engine, access: .readWrite, executors: engine.taskExecutors)
        let measured = result.operations[0]
        #expect(measured.completed > 50 && measured.failures > 50 && measured.completed + measured.failures == 200)
        #expect(measured.latency.count == measured.completed)
        #expect(measured.firstFailure?.contains("check constraint") == true)
        let rows = try await rows(engine)
        #expect(rows.count == measured.completed && rows.allSatisfy { $0[0] < 5 && $0[0] == $0[1] })
    }

    @Test("ends at once when an operation can never work, and when it is to end", arguments: [true, false])
    func ending(_ isHopeless: Bool) async throws {
        let engine = try await engine()
        let sql = isHopeless ? "CREATE TABLE t (id int)" : "SELECT pg_sleep(0.001)"
        let operation = ScenarioOperation(name: "it", statements: [sql], isTransaction: true).operation(.postgres)
        let settings = LoadSettings(connections: 4, length: .duration(.seconds(60)), seed: 1)
        let (begun, begin) = AsyncStream.makeStream(of: Void.self)
        let task = Task {
            try await LoadRunner([operation], settings: settings)
                .run(on: engine, access: .readOnly, executors: engine.taskExecutors) { _ in begin.yield() }
        }
        if isHopeless {
            await #expect { _ = try await task.value } throws: { ($0 as? LoadFailure)?.cause.code == .readOnly }
        } else {
            for await _ in begun { break }
            task.cancel()
            let result = try await task.value
            #expect(result.isInterrupted && result.completed > 10 && result.elapsed < .seconds(30))
            #expect(result.failures == 0, "what was cut off is no failure")
            #expect((1...4).contains(result.unanswered), "what was under way on each connection: \(result.unanswered)")
        }
    }

    @Test("ends in time, each run measured, after the warm-up")
    func time() async throws {
        let engine = try await engine()
        let operation = ScenarioOperation(name: "it", statements: ["SELECT pg_sleep(0.002)"])
        let settings = LoadSettings(
            connections: 2,
            length: .duration(.milliseconds(300)),
            warmUp: .milliseconds(50),
            seed: 1
        )
        let result = try await LoadRunner([operation.operation(.postgres)], settings: settings)
            .run(on: engine, access: .readOnly, executors: engine.taskExecutors)
        #expect(result.elapsed >= .milliseconds(300) && result.completed > 2 && result.completed <= 2 * 151)
        #expect(result.latency.percentile(1) >= .milliseconds(2) * (1 - LatencyHistogram.relativeErrorMax))
    }
}
