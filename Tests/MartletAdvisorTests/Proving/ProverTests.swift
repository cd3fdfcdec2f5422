import Martlet
import MartletAdvisor
import MartletCore
import MartletPostgres
import MartletTesting
import Synchronization
import Testing

@Suite("Proofs", .serialized)
struct ProverTests {
    @Test("twenty look-ups one by one against one statement: faster, with less work", arguments: Dialect.allCases)
    func faster(dialect: Dialect) async throws {
        try await withNumbers(dialect) { engine in
            let proof = try await quickProver().prove(before: oneByOne, after: atOnce, on: engine)
            #expect(proof.verdict == .faster)
            #expect(proof.resultsAreEqual)
            #expect(proof.ratio > 1 && proof.ratioInterval.contains(proof.ratio))
            #expect(proof.before.rows == 20 && proof.after.rows == 20)
            #expect(proof.before.bytes == proof.after.bytes && proof.after.bytes > 0)
            #expect(proof.before.statements == 20 && proof.before.roundTrips == 20)
            #expect(proof.after.statements == 1 && proof.after.roundTrips == 1)
            #expect(proof.before.medianSeconds <= proof.before.p95Seconds)
            switch dialect {
            case .postgres:
                let before = try #require(proof.before.buffers)
                #expect(before == 20 * (try #require(proof.after.buffers)), "each reads the whole table")
                #expect(proof.before.virtualMachineSteps == nil)
            case .sqlite:
                let before = try #require(proof.before.virtualMachineSteps)
                let after = try #require(proof.after.virtualMachineSteps)
                #expect(before > after)
                #expect(proof.before.buffers == nil)
            }
            let mirrored = try await quickProver().prove(before: atOnce, after: oneByOne, on: engine)
            #expect(mirrored.verdict == .slower)
        }
    }

    @Test("different results get no verdict on speed; the order of rows is an option")
    func differing() async throws {
        try await withNumbers(.sqlite) { engine in
            let up = MeasuredOperation("up") { Outcome(try await $0.run("SELECT n FROM numbers ORDER BY n LIMIT 50")) }
            let down = MeasuredOperation("down") {
                Outcome(try await $0.run("SELECT n FROM (SELECT n FROM numbers ORDER BY n LIMIT 50) ORDER BY n DESC"))
            }
            #expect(try await quickProver().prove(before: up, after: down, on: engine).verdict == .differs)
            let anyOrder = try await quickProver(.inAnyOrder).prove(before: up, after: down, on: engine)
            #expect(anyOrder.resultsAreEqual && anyOrder.verdict != .differs)
            let fewer = MeasuredOperation("fewer") { Outcome(try await $0.run("SELECT n FROM numbers LIMIT 49")) }
            let differing = try await quickProver(.inAnyOrder).prove(before: up, after: fewer, on: engine)
            #expect(differing.verdict == .differs)
        }
    }

    @Test("writes leave nothing when rolled back, and each run starts from the same data", arguments: Dialect.allCases)
    func rolledBack(dialect: Dialect) async throws {
        try await withNumbers(dialect) { engine in
            let oneByOne = MeasuredOperation("one by one", change: .rolledBack) { connection in
                for number in 1...10 {
                    try await connection.run("UPDATE numbers SET n = n + 100000 WHERE n = \(number)")
                }
                return Outcome(try await connection.run("SELECT count(*) FROM numbers WHERE n > 100000"))
            }
            let atOnce = MeasuredOperation("at once", change: .rolledBack) { connection in
                try await connection.run("UPDATE numbers SET n = n + 100000 WHERE n BETWEEN 1 AND 10")
                return Outcome(try await connection.run("SELECT count(*) FROM numbers WHERE n > 100000"))
            }
            let proof = try await quickProver().prove(before: oneByOne, after: atOnce, on: engine)
            #expect(proof.resultsAreEqual)
            #expect(proof.before.statements == 11 && proof.before.roundTrips == 11)
            #expect(proof.after.statements == 2)
            let changed = try await engine.withConnection(.readOnly) { connection in
                try await connection.run("SELECT count(*) FROM numbers WHERE n > 100000")[0].decode(Int.self, at: 0)
            }
            #expect(changed == 0)
        }
    }

    @Test("state that is restored is restored after every run, also after one that fails")
    func restored() async throws {
        struct Refused: Error {}
        try await withNumbers(.sqlite) { engine in
            let runs = Mutex(0)
            let restore: @Sendable (any Connection) async throws -> Void = { connection in
                try await connection.run("DELETE FROM numbers WHERE n > 100000")
            }
            let adding = MeasuredOperation("add", change: .restored(restore)) { connection in
                try await connection.run("INSERT INTO numbers VALUES (100001)")
                let isLast = runs.withLock { runs in
                    runs += 1
                    return runs == 30
                }
                if isLast { throw Refused() }
                return Outcome(try await connection.run("SELECT count(*) FROM numbers"))
            }
            await #expect(throws: Refused.self) {
                _ = try await quickProver().prove(before: adding, after: adding, on: engine)
            }
            let rows = try await engine.withConnection(.readOnly) { connection in
                try await connection.run("SELECT count(*) FROM numbers")[0].decode(Int.self, at: 0)
            }
            #expect(rows == 5_000)
        }
    }

    @Test("distance shows as round trips: five against one, with a delay for each")
    func distance() async throws {
        try await withNumbers(.sqlite) { engine in
            let five = MeasuredOperation("five") { connection in
                var rows: [[Value]] = []
                for number in 1...5 { rows += try await connection.run("SELECT \(number)").map(\.values) }
                return Outcome(rows)
            }
            let one = MeasuredOperation("one") { connection in
                let results = try await connection.runPipelined((1...5).map { "SELECT \($0)" })
                return Outcome(results.flatMap { $0.map(\.values) })
            }
            let far = DelayedEngine(engine, roundTripTime: .milliseconds(10))
            let proof = try await quickProver().prove(before: five, after: one, on: far)
            #expect(proof.before.roundTrips == 5 && proof.after.roundTrips == 1)
            #expect(proof.verdict == .faster)
            #expect(proof.ratio > 3)
        }
    }

    @Test("a slow side is run a few times and not for minutes, and still gets a verdict")
    func slowSide() async throws {
        try await withNumbers(.sqlite) { engine in
            let slow = MeasuredOperation("slow") { connection in
                try await Task.sleep(for: .milliseconds(120))
                return Outcome(try await connection.run("SELECT 1"))
            }
            let fast = MeasuredOperation("fast") { Outcome(try await $0.run("SELECT 1")) }
            let prover = Prover(settings: Prover.Settings(timeMax: .milliseconds(300)))
            let proof = try await prover.prove(before: slow, after: fast, on: engine)
            #expect(proof.runs < RatioInterval.bootstrapRunsMin)
            #expect(proof.verdict == .faster)
        }
    }

    @Test("each side has five sessions, which no other side has, with as many runs in each")
    func sessions() async throws {
        try await withNumbers(.postgres) { engine in
            let runs = Mutex([String: [Int: Int]]())
            func side(_ name: String) -> MeasuredOperation {
                MeasuredOperation(name) { connection in
                    let session = try await connection.run("SELECT pg_backend_pid()")[0].decode(Int.self, at: 0)
                    runs.withLock { $0[name, default: [:]][session, default: 0] += 1 }
                    return Outcome([])
                }
            }
            var settings = Prover.Settings(roundsMax: 40, timeMax: .seconds(60))
            settings.warmUpRuns = 3
            _ = try await Prover(settings: settings).prove(before: side("one"), after: side("other"), on: engine)
            let (one, other) = runs.withLock { ($0["one"] ?? [:], $0["other"] ?? [:]) }
            #expect(one.count == 5 && other.count == 5)
            #expect(Set(one.keys).isDisjoint(with: other.keys))
            // Three runs to warm up, the first of all under capture, and a fifth of forty.
            #expect(one.values.allSatisfy { $0 == 3 + 8 } && other.values.allSatisfy { $0 == 3 + 8 }, "\(one) \(other)")
        }
    }

    private let oneByOne = MeasuredOperation("one by one") { connection in
        var rows: [[Value]] = []
        for number in 1...20 {
            rows += try await connection.run("SELECT n FROM numbers WHERE n = \(number)").map(\.values)
        }
        return Outcome(rows)
    }
    private let atOnce = MeasuredOperation("at once") { connection in
        Outcome(try await connection.run("SELECT n FROM numbers WHERE n BETWEEN \(1) AND \(20)"))
    }

    private func quickProver(_ comparison: Outcome.Comparison = .inOrder) -> Prover {
        Prover(settings: Prover.Settings(roundsMax: 12, timeMax: .seconds(60), comparison: comparison))
    }

    private func withNumbers(_ dialect: Dialect, _ body: (any Engine) async throws -> Void) async throws {
        let script = """
            CREATE TABLE numbers (n integer);
            INSERT INTO numbers WITH RECURSIVE all_n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM all_n WHERE n < 5000)
            SELECT n FROM all_n;
            """
        switch dialect {
        case .sqlite:
            let database = try await TemporaryDatabase(script: script)
            try await body(database.engine)
            withExtendedLifetime(database) {}
        case .postgres:
            let server = try await PrivatePostgres.start()
            let engine = try PostgresEngine(server.connectionString())
            do {
                try await engine.withConnection(.readWrite) { try await $0.runScript(script) }
                try await body(engine)
            } catch {
                await server.stop()
                throw error
            }
            await server.stop()
        }
    }
}
