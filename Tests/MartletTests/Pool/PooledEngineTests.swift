import Martlet
import MartletCore
import MartletPostgres
import MartletSQLite
import MartletTesting
import Testing

@Suite("A pool as an engine")
struct PooledEngineTests {
    @Test("lends a connection until it is closed, and ends no session", arguments: PoolEngine.allCases)
    func loans(engine: PoolEngine) async throws {
        try await engine.withPool(PoolConfiguration(max: 2)) { pool in
            let engine = PooledEngine(pool)
            let connection = try await engine.connect(.readWrite)
            #expect(pool.metrics.used == 1)
            #expect(pool.holders.first?.site.fileID.hasSuffix("PooledEngineTests.swift") == true)
            await connection.close()
            await connection.close()
            #expect(pool.metrics.used == 0)
            let error = await #expect(throws: EngineError.self) { try await connection.run("SELECT 1") }
            #expect(error?.code == .connectionLost)
            for _ in 0..<5 { try await engine.withConnection(.readOnly) { _ = try await $0.run("SELECT 1") } }
            // One that is dropped without a word comes back too.
            _ = try await engine.connect(.readWrite)
            #expect(pool.metrics.used == 0)
            #expect(pool.metrics.opened == 1)
        }
    }

    @Test("says what the pool says, with the pool's error behind it")
    func errors() async throws {
        var configuration = PoolConfiguration(max: 1)
        configuration.acquireTimeout = .milliseconds(500)
        let database = try TemporaryDatabase()
        let pool = Pool(database.engine, configuration)
        let engine = PooledEngine(pool)
        let held = try await engine.connect(.readWrite)
        let late = await #expect(throws: EngineError.self) { _ = try await engine.connect(.readWrite) }
        #expect(late?.code == .resourcesExhausted)
        #expect((late?.cause as? PoolError)?.holders.count == 1)
        await held.close()
        let nested = await #expect(throws: EngineError.self) {
            try await pool.withConnection { _ in _ = try await engine.connect(.readWrite) }
        }
        #expect((nested?.cause as? PoolError)?.code == .nested)
        await engine.shutdown()
        let ended = await #expect(throws: EngineError.self) { _ = try await engine.connect(.readWrite) }
        #expect((ended?.cause as? PoolError)?.code == .shutDown)
        let reading = Pool(database.engine, access: .readOnly)
        let refused = await #expect(throws: EngineError.self) {
            _ = try await PooledEngine(reading).connect(.readWrite)
        }
        #expect(refused?.code == .readOnly)
        await reading.shutdown()
    }

    @Test(
        "five calls that each want four connections at once are all served by a pool of four",
        arguments: PoolEngine.allCases,
        [false, true]
    )
    func parallel(engine: PoolEngine, snapshot: Bool) async throws {
        var configuration = PoolConfiguration(max: 4)
        configuration.acquireTimeout = .seconds(15)
        try await engine.withPool(configuration) { pool in
            let engine = PooledEngine(pool)
            try await withThrowingTaskGroup { group in
                for task in 0..<5 {
                    group.addTask {
                        for _ in 0..<5 {
                            let reads = (0..<8)
                                .map { number in
                                    Read("SELECT \(task * 100 + number) + 0") { try $0[0].decode(Int.self, at: 0) }
                                }
                            let seen = try await engine.parallel(reads, connections: 4, snapshot: snapshot)
                            #expect(seen == (0..<8).map { task * 100 + $0 })
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(pool.metrics.timeouts == 0)
            #expect(pool.metrics.used == 0 && pool.metrics.pendingRequests == 0)
        }
    }

    @Test("runs all on the connection that it has while others keep the rest", arguments: [false, true])
    func alone(snapshot: Bool) async throws {
        var configuration = PoolConfiguration(max: 2)
        configuration.acquireTimeout = .seconds(15)
        try await PoolEngine.postgres.withPool(configuration) { pool in
            let engine = PooledEngine(pool)
            let kept = try await engine.connect(.readWrite)
            let (one, two, three) = try await engine.parallel(connections: 3, snapshot: snapshot) {
                Read("SELECT 1") { try $0[0].decode(Int.self, at: 0) }
                Read("SELECT 2") { try $0[0].decode(Int.self, at: 0) }
                Read("SELECT 3") { try $0[0].decode(Int.self, at: 0) }
            }
            #expect([one, two, three] == [1, 2, 3])
            #expect(pool.metrics.pendingRequests == 0 && pool.metrics.used == 1)
            await kept.close()
        }
    }

    @Test("reads see what others commit between them, unless they are to see one instant", arguments: [false, true])
    func tornReads(snapshot: Bool) async throws {
        let database = try await PrivatePostgres.temporaryDatabase()
        try await database.withConnection(.readWrite) { connection in
            try await connection.runScript("CREATE TABLE t (n INTEGER); INSERT INTO t VALUES (1)")
        }
        let pool = Pool(database, PoolConfiguration(max: 2))
        let gate = try await database.connect(.readWrite)
        let isClosed: BoundStatement = "SELECT pg_advisory_lock(815)"
        try await gate.run(isClosed)
        // The second of the first lane waits at the gate until another has written, and reads only then.
        let reading = Task {
            try await PooledEngine(pool)
                .parallel(connections: 2, snapshot: snapshot) {
                    Read("SELECT n FROM t") { try $0[0].decode(Int.self, at: 0) }
                    Read("SELECT n FROM t") { try $0[0].decode(Int.self, at: 0) }
                    Read("SELECT pg_advisory_lock_shared(815), pg_advisory_unlock_shared(815)")
                    Read("SELECT pg_advisory_lock_shared(815), pg_advisory_unlock_shared(815)")
                    Read("SELECT n FROM t") { try $0[0].decode(Int.self, at: 0) }
                    Read("SELECT n FROM t") { try $0[0].decode(Int.self, at: 0) }
                }
        }
        let waiting: BoundStatement = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        try await expectSoon { try await gate.number(waiting) == 2 }
        try await gate.run("UPDATE t SET n = 2")
        try await gate.run("SELECT pg_advisory_unlock(815)")
        let (first, second, _, _, third, fourth) = try await reading.value
        let isTorn = [first, second] == [1, 1] && [third, fourth] == [2, 2]
        #expect(isTorn == !snapshot)
        #expect(!snapshot || Set([first, second, third, fourth]) == [1])
        await gate.close()
        await pool.shutdown()
    }
}
