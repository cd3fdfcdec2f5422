import Glibc
import Martlet
import MartletCore
import MartletPostgres
import MartletTesting
import Testing

@Suite("A pool whose server fails")
struct PoolFailureTests {
    @Test("backends that are killed while idle are replaced before anyone notices")
    func killedIdle() async throws {
        try await PoolEngine.postgres.withPool(PoolConfiguration(max: 3)) { pool in
            for _ in 0..<10 {
                try await Self.terminate(try await Self.fill(pool))
                try await pool.withConnection { try await $0.run("SELECT 1") }
            }
            #expect(pool.metrics.opened > 10)
        }
    }

    @Test("a backend killed in use fails its statement only, and the pool stays whole")
    func killedInUse() async throws {
        try await PoolEngine.postgres.withPool(PoolConfiguration(max: 2)) { pool in
            let server = try await PrivatePostgres.shared()
            for _ in 0..<5 {
                let error = await #expect(throws: EngineError.self) {
                    try await pool.withConnection { connection in
                        let backend: Int = try await connection.run("SELECT pg_backend_pid()")[0].decode(at: 0)
                        _ = try await server.query("SELECT pg_terminate_backend(\(backend))")
                        try await connection.run("SELECT pg_sleep(5)")
                    }
                }
                #expect(error?.code == .connectionLost)
                try await pool.withConnection { try await $0.run("SELECT 1") }
            }
        }
    }

    @Test("that a connection was lost while idle is told of those alone that were idle")
    func lossesTold() async throws {
        let losses = Guarded(0)
        let tell: @Sendable (PoolEvent) -> Void = { event in
            if case .idleConnectionLost = event { losses.withLock { $0 += 1 } }
        }
        try await PoolEngine.postgres.withPool(PoolConfiguration(max: 2), onEvent: tell) { pool in
            let server = try await PrivatePostgres.shared()
            await #expect(throws: EngineError.self) {
                try await pool.withConnection { connection in
                    let backend: Int = try await connection.run("SELECT pg_backend_pid()")[0].decode(at: 0)
                    _ = try await server.query("SELECT pg_terminate_backend(\(backend))")
                    try await connection.run("SELECT pg_sleep(5)")
                }
            }
            try await pool.withConnection { await $0.close() }
            try await expectSoon { pool.metrics.closed == 2 }
            #expect(losses.value == 0)
            try await Self.terminate(try await Self.fill(pool))
            try await pool.withConnection { try await $0.run("SELECT 1") }
            try await expectSoon { losses.value == 2 }
        }
    }

    @Test("whoever waits while the server is down is served when it is up again")
    func restart() async throws {
        let server = try await PrivatePostgres.start()
        defer { Task { await server.stop() } }
        let pool = Pool(try PostgresEngine(server.connectionString()), PoolConfiguration(max: 3))
        _ = try await Self.fill(pool)
        try await server.restart()
        try await pool.withConnection { try await $0.run("SELECT 1") }
        try await server.crash()
        // Backends see within some milliseconds that their postmaster is gone.
        try await Task.sleep(for: .milliseconds(300))
        let error = await #expect(throws: PoolError.self) {
            try await pool.withConnection(timeout: .milliseconds(300)) { try await $0.run("SELECT 1") }
        }
        #expect(error?.code == .timedOut)
        #expect(error?.cause?.code == .unreachable)
        let waiting = Task { try await pool.withConnection { try await $0.run("SELECT 1").count } }
        try await server.restart()
        #expect(try await waiting.value == 1)
        await pool.shutdown()
    }

    @Test("a connection whose server no longer answers is given up, and the borrower gets another")
    func halfOpen() async throws {
        var configuration = PoolConfiguration(max: 2)
        configuration.validateAfter = .zero
        configuration.validationTimeout = .milliseconds(100)
        try await PoolEngine.postgres.withPool(configuration) { pool in
            let backends = try await Self.fill(pool)
            for backend in backends { #expect(kill(pid_t(backend), SIGSTOP) == 0) }
            defer { for backend in backends { kill(pid_t(backend), SIGCONT) } }
            let start = ContinuousClock.now
            let other: Int = try await pool.withConnection {
                try await $0.run("SELECT pg_backend_pid()")[0].decode(at: 0)
            }
            #expect(!backends.contains(other))
            #expect(ContinuousClock.now - start < .seconds(20), "without a limit, it would be the deadline: 30 s")
        }
    }

    @Test("what will fail again is said at once, not at the deadline")
    func cannotConnect() async throws {
        let server = try await PrivatePostgres.shared()
        let pool = Pool(try PostgresEngine(server.connectionString(database: "nowhere")))
        let start = ContinuousClock.now
        let error = await #expect(throws: PoolError.self) {
            try await pool.withConnection { try await $0.run("SELECT 1") }
        }
        #expect(error?.code == .cannotConnect)
        #expect(error?.cause?.code == .undefinedObject)
        #expect(ContinuousClock.now - start < .seconds(10))
        await pool.shutdown()
    }

    @Test("tells each session its time limits")
    func timeouts() async throws {
        var configuration = PoolConfiguration(max: 1)
        configuration.statementTimeout = .milliseconds(50)
        configuration.lockTimeout = .seconds(2)
        configuration.idleInTransactionTimeout = .seconds(3)
        try await PoolEngine.postgres.withPool(configuration) { pool in
            let error = await #expect(throws: EngineError.self) {
                try await pool.withConnection { try await $0.run("SELECT pg_sleep(5)") }
            }
            #expect(error?.code == .deadlineExceeded)
            let settings = try await pool.withConnection { connection in
                try await
                    connection.run(
                        """
                        SELECT current_setting('lock_timeout'), current_setting('idle_in_transaction_session_timeout')
                        """
                    )[0]
                    .values
            }
            #expect(settings == [.text("2s"), .text("3s")])
            #expect(pool.metrics.opened == 1)
        }
        configuration = PoolConfiguration(max: 1)
        configuration.statementTimeout = .milliseconds(50)
        try await PoolEngine.sqlite.withPool(configuration) { pool in
            let error = await #expect(throws: EngineError.self) {
                try await pool.withConnection {
                    try await $0.run(
                        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
                    )
                }
            }
            #expect(error?.code == .deadlineExceeded)
        }
    }

    /// Returns when the backends are gone and the pool can know of it.
    private static func terminate(_ backends: [Int]) async throws {
        let server = try await PrivatePostgres.shared()
        for backend in backends { _ = try await server.query("SELECT pg_terminate_backend(\(backend))") }
        try await expectSoon {
            let present = "SELECT count(*) FROM pg_stat_activity WHERE pid IN "
            return try await server.query(present + "(\(backends.map(String.init).joined(separator: ", ")))") == "0"
        }
        // The socket tells of the end as soon as the loop has read it.
        try await Task.sleep(for: .milliseconds(100))
    }

    /// Opens all connections and returns the numbers of their backends.
    private static func fill(_ pool: Pool) async throws -> [Int] {
        let together = Guarded(0)
        return try await withThrowingTaskGroup { group in
            for _ in 0..<pool.configuration.max {
                group.addTask {
                    try await pool.withConnection { connection -> Int in
                        together.withLock { $0 += 1 }
                        try await expectSoon { together.value == pool.configuration.max }
                        return try await connection.run("SELECT pg_backend_pid()")[0].decode(at: 0)
                    }
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }

    @Test("a transaction left open is seen through every engine that wraps another")
    func wrappedTransactions() async throws {
        let database = try TemporaryDatabase()
        let engines: [any Engine] = [
            CommentingEngine(database.engine, options: CommentOptions(tags: ["application": "shop"])),
            RecordingEngine(database.engine, recorder: TraceRecorder()),
            TelemetryEngine(database.engine),
            DelayedEngine(database.engine, roundTripTime: .microseconds(1)),
        ]
        for engine in engines {
            let pool = Pool(engine, PoolConfiguration(max: 1))
            try await pool.withConnection { _ = try await $0.run("BEGIN IMMEDIATE") }
            let standing = try await pool.withConnection { $0.standing }
            #expect(standing == .ready, "\(engine)")
            // Would be refused within the transaction of before.
            try await pool.withConnection { _ = try await $0.run("BEGIN IMMEDIATE") }
            await pool.shutdown()
        }
    }
}
