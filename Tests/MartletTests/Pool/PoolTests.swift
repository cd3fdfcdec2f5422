import Martlet
import MartletCore
import Testing

@Suite("Pool")
struct PoolTests {
    @Test("lends the same connection again, wherever any Connection is wanted", arguments: PoolEngine.allCases)
    func lends(engine: PoolEngine) async throws {
        try await engine.withPool(PoolConfiguration(max: 2)) { pool in
            for number in 0..<5 {
                let answer: Int = try await pool.withConnection { connection in
                    try await connection.transaction { try await $0.run("SELECT \(number) + 1")[0].decode(at: 0) }
                }
                #expect(answer == number + 1)
            }
            #expect(pool.metrics.opened == 1)
            #expect(pool.metrics.useTime.count == 5)
        }
    }

    @Test("never holds more than its maximum with 200 tasks, and serves all", arguments: PoolEngine.allCases)
    func bounded(engine: PoolEngine) async throws {
        try await engine.withPool(PoolConfiguration(max: 4, overflow: 2)) { pool in
            let held = Guarded((now: 0, most: 0))
            try await withThrowingTaskGroup { group in
                for _ in 0..<200 {
                    group.addTask {
                        try await pool.withConnection { connection in
                            held.withLock { held in
                                held.now += 1
                                held.most = max(held.most, held.now)
                            }
                            // Long enough for the others to be opened meanwhile.
                            try await Task.sleep(for: .milliseconds(2))
                            try await connection.run("SELECT 1")
                            held.withLock { $0.now -= 1 }
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(held.withLock { $0.most } <= 6)
            #expect(held.withLock { $0.most } > 1)
            #expect(pool.metrics.useTime.count == 200)
            try await expectSoon { pool.metrics.idle <= 4 && pool.metrics.changing == 0 }
        }
    }

    @Test(
        "takes times without end, as long as an engine takes them",
        arguments: PoolEngine.allCases,
        [Duration.seconds(Int64.max), .seconds(30 * 86_400), .milliseconds(Int32.max)]
    )
    func longTimes(engine: PoolEngine, time: Duration) async throws {
        var configuration = PoolConfiguration(max: 1)
        configuration.acquireTimeout = time
        (configuration.idleTimeout, configuration.ageMax, configuration.leakAfter) = (time, time, time)
        (configuration.validateAfter, configuration.validationTimeout) = (time, time)
        configuration.reportInterval = time
        (configuration.statementTimeout, configuration.lockTimeout) = (time, time)
        configuration.idleInTransactionTimeout = time
        try await engine.withPool(configuration) { pool in
            try await withThrowingTaskGroup { group in
                for number in 0..<3 {
                    group.addTask {
                        try await pool.withConnection { connection in
                            // Long enough for the others to wait.
                            try await Task.sleep(for: .milliseconds(20))
                            let answer: Int = try await connection.run("SELECT \(number) + 1")[0].decode(at: 0)
                            #expect(answer == number + 1)
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test("serves in the order of asking")
    func order() async throws {
        try await PoolEngine.sqlite.withPool(PoolConfiguration(max: 1)) { pool in
            let served = Guarded<[Int]>([])
            try await withThrowingTaskGroup { group in
                try await pool.withConnection { _ in
                    for number in 0..<50 {
                        group.addTask { try await pool.withConnection { _ in served.withLock { $0.append(number) } } }
                        try await expectSoon { pool.metrics.pendingRequests == number + 1 }
                    }
                }
                try await group.waitForAll()
            }
            #expect(served.withLock { $0 } == Array(0..<50))
        }
    }

    @Test("a task that holds a connection is refused another at once, with both places")
    func nested() async throws {
        try await PoolEngine.sqlite.withPool(PoolConfiguration(max: 4)) { pool in
            let error = try await pool.withConnection(line: 7) { _ in
                await #expect(throws: PoolError.self) {
                    try await pool.withConnection(line: 8) { _ in }
                }
            }
            #expect(error?.code == .nested)
            #expect(error?.site.line == 8)
            #expect(error?.outerSite?.line == 7)
            #expect(error?.description.contains("PoolTests.swift:7") == true)
            #expect(pool.metrics.timeouts == 0)
        }
    }

    @Test("reuses the connection where asked, within its transaction, and lends another where that is allowed")
    func nestedOtherwise() async throws {
        try await PoolEngine.sqlite.withPool(PoolConfiguration(max: 2)) { pool in
            try await pool.withConnection { outer in
                try await outer.run("CREATE TEMP TABLE mine (id INTEGER)")
                try await pool.withConnection(nested: .reuse) { inner in
                    try await inner.run("SELECT * FROM mine")
                }
                try await pool.withConnection(nested: .allow) { inner in
                    await #expect(throws: EngineError.self) { try await inner.run("SELECT * FROM mine") }
                }
                try await outer.run("SELECT 1")
            }
            // A child that outlives the loan within which it began is a task like any other.
            let child = try await pool.withConnection { _ in
                Task {
                    while pool.metrics.used > 0 { await Task.yield() }
                    return try await pool.withConnection { try await $0.run("SELECT 1").count }
                }
            }
            let count = try await child.value
            #expect(count == 1)
        }
    }

    @Test("a time-out names who holds the connections, for how long, and their statement without values")
    func timeOut() async throws {
        try await PoolEngine.sqlite.withPool(PoolConfiguration(max: 1)) { pool in
            let held = Guarded(false)
            let holder = Task {
                try await pool.withConnection(line: 11) { connection in
                    try await connection.run("SELECT 'secret', \(3)")
                    held.withLock { $0 = true }
                    try? await Task.sleep(for: .seconds(60))
                }
            }
            try await expectSoon { held.withLock { $0 } }
            let start = ContinuousClock.now
            let error = await #expect(throws: PoolError.self) {
                try await pool.withConnection(timeout: .milliseconds(50), line: 12) { _ in }
            }
            #expect(ContinuousClock.now - start >= .milliseconds(50))
            holder.cancel()
            _ = try? await holder.value
            #expect(error?.code == .timedOut)
            #expect(error?.site.line == 12)
            #expect(error?.holders.map(\.site.line) == [11])
            #expect(error?.holders.first?.statement == "SELECT ?, ?")
            #expect(error?.description.contains("secret") == false)
            #expect(pool.metrics.timeouts == 1)
        }
    }

    @Test("a deadline does not start anew, however often a connection is nearly had")
    func absoluteDeadline() async throws {
        try await PoolEngine.sqlite.withPool(PoolConfiguration(max: 1)) { pool in
            try await pool.withConnection { _ in
                let start = ContinuousClock.now
                await withTaskGroup { group in
                    for _ in 0..<200 {
                        group.addTask {
                            await #expect(throws: PoolError.self) {
                                try await pool.withConnection(timeout: .milliseconds(100)) { _ in }
                            }
                        }
                    }
                }
                #expect(ContinuousClock.now - start < .seconds(10), "one after the other, it would be 20 s")
            }
            #expect(pool.metrics.timeouts == 200)
        }
    }

    @Test("a connection that has been given back refuses calls, and one in use is not lent on")
    func afterwards() async throws {
        try await PoolEngine.sqlite.withPool(PoolConfiguration(max: 1)) { pool in
            let kept = try await pool.withConnection { $0 }
            let error = await #expect(throws: EngineError.self) { try await kept.run("SELECT 1") }
            #expect(error?.code == .connectionLost)

            let endless: BoundStatement =
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
            let stray = try await pool.withConnection { connection in
                let stray = Task { try await connection.run(endless, timeout: .seconds(1)) }
                try await expectSoon { pool.holders.first?.isRunning == true }
                return stray
            }
            try await pool.withConnection { try await $0.run("SELECT 1") }
            await #expect(throws: EngineError.self) { try await stray.value }
            #expect(pool.metrics.opened == 2)
        }
    }

    @Test("a transaction left open is rolled back before the connection is lent again", arguments: PoolEngine.allCases)
    func openTransaction(engine: PoolEngine) async throws {
        let sites = Guarded<[PoolSite]>([])
        let note: @Sendable (PoolEvent) -> Void = { event in
            if case .transactionLeftOpen(let site) = event { sites.withLock { $0.append(site) } }
        }
        try await engine.withPool(PoolConfiguration(max: 1), onEvent: note) { pool in
            try await pool.withConnection { try await $0.run("CREATE TABLE t (id INTEGER)") }
            try await pool.withConnection(line: 21) { connection in
                try await connection.run("BEGIN")
                try await connection.run("INSERT INTO t VALUES (1)")
            }
            try await pool.withConnection { connection in
                #expect(connection.standing == .ready)
                let rows = try await connection.run("SELECT * FROM t")
                #expect(rows.isEmpty)
            }
            #expect(sites.withLock { $0.map(\.line) } == [21])
            #expect(pool.metrics.opened == 1)
        }
    }

    @Test("tells once where a connection was taken that does not come back")
    func leak() async throws {
        var configuration = PoolConfiguration(max: 1)
        configuration.leakAfter = .milliseconds(20)
        let leaks = Guarded<[PoolHolder]>([])
        let note: @Sendable (PoolEvent) -> Void = { event in
            if case .leakSuspected(let holder) = event { leaks.withLock { $0.append(holder) } }
        }
        try await PoolEngine.sqlite.withPool(configuration, onEvent: note) { pool in
            try await pool.withConnection(line: 31) { _ in try await Task.sleep(for: .milliseconds(150)) }
            #expect(leaks.withLock { $0.map(\.site.line) } == [31])
            #expect(pool.metrics.leaksSuspected == 1)
        }
    }

    @Test("a shutdown waits for borrowers, refuses who waits or comes, and takes what does not come back")
    func shutdown() async throws {
        try await PoolEngine.sqlite.withPool(PoolConfiguration(max: 1)) { pool in
            let isDone = Guarded(false)
            let borrower = Task {
                try await pool.withConnection { connection in
                    try await Task.sleep(for: .milliseconds(100))
                    try await connection.run("SELECT 1")
                    isDone.withLock { $0 = true }
                }
            }
            try await expectSoon { pool.metrics.used == 1 }
            let waiter = Task { try await pool.withConnection { _ in } }
            try await expectSoon { pool.metrics.pendingRequests == 1 }
            await pool.shutdown()
            #expect(isDone.withLock { $0 })
            try await borrower.value
            let refused = await #expect(throws: PoolError.self) { try await waiter.value }
            #expect(refused?.code == .shutDown)
            let late = await #expect(throws: PoolError.self) { try await pool.withConnection { _ in } }
            #expect(late?.code == .shutDown)
        }
        try await PoolEngine.sqlite.withPool(PoolConfiguration(max: 1)) { pool in
            let borrower = Task {
                try await pool.withConnection { connection in
                    while true {
                        try await connection.run("SELECT 1")
                        try? await Task.sleep(for: .milliseconds(5))
                    }
                }
            }
            try await expectSoon { pool.metrics.used == 1 }
            await pool.shutdown(grace: .milliseconds(30))
            #expect(pool.metrics.closed == 1)
            await #expect(throws: EngineError.self) { try await borrower.value }
        }
    }

    @Test("as a service keeps its minimum open until it is cancelled")
    func service() async throws {
        try await PoolEngine.sqlite.withPool(PoolConfiguration(min: 2, max: 3)) { pool in
            let service = Task { await pool.run() }
            try await expectSoon { pool.metrics.idle == 2 }
            service.cancel()
            await service.value
            #expect(pool.metrics.closed == 2)
        }
    }
}
