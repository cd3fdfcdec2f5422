import MartletCore
import MartletLoad
import MartletSQLite
import MartletTesting
import Synchronization
import Testing

@Suite struct LoadRunnerTests {
    /// Counts what runs, and on request blocks or fails.
    private final class Counts: Sendable {
        private let state = Mutex([String: Int]())

        func add(_ name: String) -> Int {
            state.withLock { state in
                state[name, default: 0] += 1
                return state[name, default: 0]
            }
        }

        subscript(name: String) -> Int { state.withLock { $0[name, default: 0] } }
    }

    private static let select = BoundStatement("SELECT 1")

    private func operation(_ name: String, weight: Double = 1, _ counts: Counts) -> LoadOperation {
        LoadOperation(name: name, weight: weight) { _, connection in
            _ = try await connection.run(Self.select, timeout: nil)
            _ = counts.add(name)
        }
    }

    private func database() async throws -> TemporaryDatabase {
        try await TemporaryDatabase(script: "CREATE TABLE t (id INTEGER PRIMARY KEY); INSERT INTO t VALUES (1)")
    }

    @Test("runs each operation as often as its weight says, on every connection as often as asked for")
    func weights() async throws {
        let database = try await database()
        let counts = Counts()
        let seed = UInt64.random(in: 0...UInt64.max)
        let settings = LoadSettings(connections: 4, length: .runsPerConnection(500), seed: seed)
        let runner = LoadRunner(
            [operation("often", weight: 3, counts), operation("seldom", counts)],
            settings: settings
        )
        let result = try await runner.run(on: database.engine, access: .readOnly)
        #expect(result.completed == 2_000 && counts["often"] + counts["seldom"] == 2_000)
        #expect(result.operations.map(\.completed) == [counts["often"], counts["seldom"]])
        // Six standard deviations of a binomial distribution with n = 2,000 and p = 3/4.
        #expect(abs(counts["often"] - 1_500) < 117, "seed \(seed): \(counts["often"])")
        #expect(result.failures == 0 && !result.isInterrupted && result.elapsed > .zero)
    }

    @Test("the same seed draws the same operations and values")
    func seeds() async throws {
        let database = try await database()
        func drawn(_ seed: UInt64) async throws -> [UInt64] {
            let drawn = Mutex([UInt64]())
            let operation = LoadOperation(name: "draw") { random, _ in
                let number = random.next()
                drawn.withLock { $0.append(number) }
            }
            let settings = LoadSettings(connections: 1, length: .runsPerConnection(20), seed: seed)
            _ = try await LoadRunner([operation], settings: settings).run(on: database.engine, access: .readOnly)
            return drawn.withLock { $0 }
        }
        let first = try await drawn(7)
        #expect(first.count == 20)
        #expect(try await drawn(7) == first)
        #expect(try await drawn(8) != first)
    }

    @Test("counts failures with the first reason, and none of them as an answer")
    func failures() async throws {
        let database = try await database()
        let counts = Counts()
        let failing = LoadOperation(name: "failing") { _, connection in
            if counts.add("runs").isMultiple(of: 2) { return }
            _ = try await connection.run("INSERT INTO t (id) VALUES (1)", timeout: nil)
        }
        let settings = LoadSettings(connections: 1, length: .runsPerConnection(10), seed: 1)
        let result = try await LoadRunner([failing], settings: settings).run(on: database.engine, access: .readWrite)
        #expect(result.operations[0].completed == 5 && result.operations[0].failures == 5)
        #expect(result.operations[0].firstFailure?.contains("UNIQUE") == true)
    }

    @Test("ends at once when an operation can never work: a write in a read-only load, no such table")
    func hopeless() async throws {
        let database = try await database()
        let settings = LoadSettings(connections: 2, length: .duration(.seconds(60)), seed: 1)
        for (sql, code) in [
            ("INSERT INTO t (id) VALUES (2)", EngineError.Code.readOnly), ("SELECT * FROM nowhere", .undefinedObject),
        ] {
            let operation = LoadOperation(name: "it") { _, connection in
                _ = try await connection.run("\(unsafeSQL: sql)", timeout: nil)
            }
            await #expect {
                _ = try await LoadRunner([operation], settings: settings).run(on: database.engine, access: .readOnly)
            } throws: { error in
                (error as? LoadFailure)?.cause.code == code
            }
        }
    }

    @Test("returns what was measured when its task is cancelled")
    func cancelling() async throws {
        let database = try await database()
        let counts = Counts()
        let runner = LoadRunner(
            [operation("it", counts)],
            settings: LoadSettings(connections: 2, length: .duration(.seconds(60)), seed: 1)
        )
        let engine = database.engine
        let task = Task { try await runner.run(on: engine, access: .readOnly) }
        while counts["it"] < 10 { try await Task.sleep(for: .milliseconds(1)) }
        task.cancel()
        let result = try await task.value
        #expect(result.isInterrupted && result.completed >= 10 && result.elapsed < .seconds(30))
        #expect(result.failures == 0, "what was cut off is no failure")
    }

    @Test("a run that is under way when the load is interrupted counts with the time that it has taken so far")
    func unanswered() async throws {
        let database = try await database()
        let (stuck, stick) = AsyncStream.makeStream(of: Void.self)
        let operation = LoadOperation(name: "it") { _, _ in
            stick.yield()
            try await Task.sleep(for: .seconds(3_600))
        }
        let settings = LoadSettings(connections: 1, length: .runsPerConnection(1), seed: 1)
        let engine = database.engine
        let task = Task { try await LoadRunner([operation], settings: settings).run(on: engine, access: .readOnly) }
        for await _ in stuck { break }
        try await Task.sleep(for: .milliseconds(50))
        task.cancel()
        let measured = try await task.value.operations[0]
        #expect(measured.unanswered == 1 && measured.completed == 0 && measured.failures == 0, "\(measured)")
        #expect(measured.latency.longest >= .milliseconds(49), "\(measured.latency.longest)")
        #expect(LatencyTarget(.seconds(1)).grade(measured) == .unmeasured, "what was not answered is no success")
    }

    @Test("the warm-up runs and is not counted")
    func warmUp() async throws {
        let database = try await database()
        let counts = Counts()
        let runner = LoadRunner(
            [operation("it", counts)],
            settings: LoadSettings(
                connections: 1,
                length: .runsPerConnection(5),
                warmUp: .milliseconds(20),
                seed: 1
            )
        )
        let result = try await runner.run(on: database.engine, access: .readOnly)
        #expect(result.completed == 5 && counts["it"] > 5)
    }
}
