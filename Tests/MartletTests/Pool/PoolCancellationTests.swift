import Foundation
import Martlet
import MartletCore
import Testing

@Suite("Cancelling while a pool is used")
struct PoolCancellationTests {
    /// What most tasks are doing when they are cancelled.
    enum Moment: String, CaseIterable {
        case waiting, connecting, using, validating
    }

    /// `make test-long` sets MARTLET_CANCELLATIONS.
    ///
    /// A process or thread is started for each connection, and PostgreSQL's cost a hundred times as much: the short run
    /// has fewer of them.
    private static func cancellations(_ engine: PoolEngine, _ moment: Moment) -> Int {
        let isCostly = engine == .postgres || moment == .connecting
        return ProcessInfo.processInfo.environment["MARTLET_CANCELLATIONS"].flatMap { Int($0) }
            ?? (isCostly ? 300 : 3_000)
    }

    @Test("loses no connection, whenever tasks are cancelled", arguments: PoolEngine.allCases, Moment.allCases)
    func nothingIsLost(engine: PoolEngine, moment: Moment) async throws {
        var configuration = PoolConfiguration(max: 4)
        if moment == .validating { configuration.validateAfter = .zero }
        let count = Self.cancellations(engine, moment)
        let seed =
            ProcessInfo.processInfo.environment["MARTLET_SEED"].flatMap { UInt64($0) } ?? .random(in: 0...UInt64.max)
        print("cancellations on \(engine), while \(moment): MARTLET_SEED=\(seed)")
        try await engine.withPool(configuration) { pool in
            let cancelled = Guarded(0)
            await withTaskGroup { group in
                for user in 0..<UInt64(moment == .waiting ? 32 : 4) {
                    group.addTask {
                        var random = SplitMix64(seed: seed &+ user)
                        while cancelled.value < count {
                            let inTransaction = Bool.random(using: &random)
                            let task = Task { try await Self.use(pool, moment, inTransaction: inTransaction) }
                            for _ in 0..<Int.random(in: 0..<20, using: &random) { await Task.yield() }
                            if Bool.random(using: &random) {
                                let pause = Int.random(in: 0..<300, using: &random)
                                try? await Task.sleep(for: .microseconds(pause))
                            }
                            task.cancel()
                            _ = try? await task.value
                            cancelled.withLock { $0 += 1 }
                        }
                    }
                }
            }
            try await Self.expectWhole(pool)
        }
    }

    private static func use(_ pool: Pool, _ moment: Moment, inTransaction: Bool) async throws {
        try await pool.withConnection { connection in
            if moment == .connecting { return await connection.close() }
            try await connection.run("SELECT 1")
            if inTransaction {
                _ = try await connection.transaction { try await $0.run("SELECT 2") }
            }
        }
    }

    /// All its connections can be had at once, and nobody else has one.
    private static func expectWhole(_ pool: Pool) async throws {
        try await expectSoon { pool.metrics.used == 0 && pool.metrics.pendingRequests == 0 }
        let together = Guarded(0)
        try await withThrowingTaskGroup { group in
            for _ in 0..<pool.configuration.max {
                group.addTask {
                    try await pool.withConnection(timeout: .seconds(60)) { connection in
                        together.withLock { $0 += 1 }
                        try await connection.run("SELECT 1")
                        try await expectSoon { together.value == pool.configuration.max }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(pool.metrics.timeouts == 0)
    }
}
