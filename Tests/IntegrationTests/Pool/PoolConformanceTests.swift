import Martlet
import MartletCore
import MartletPostgres
import MartletTesting
import Testing

/// What a connection does, one that is borrowed does too.
///
/// One thing a pool means otherwise: closing a connection gives it back, and the session goes on. What the suite asks
/// of closing, that a transaction is rolled back and that no further call gets through, holds all the same.
@Suite("Engine conformance through a pool")
struct PoolConformanceTests {
    /// One server and one pool for all cases: each meets the sessions that those before it have used.
    private static let postgres = Task {
        let server = try await PrivatePostgres.start()
        return (server, Pools(of: try PostgresEngine(server.connectionString())))
    }

    private struct Pools {
        let writing: Pool
        let reading: Pool

        init(of engine: any Engine) {
            writing = Pool(engine, PoolConfiguration(max: 8))
            reading = Pool(engine, PoolConfiguration(max: 8), access: .readOnly)
        }

        var engine: PooledEngine { PooledEngine(writing, readOnly: reading) }
        var metrics: [PoolMetrics] { [writing.metrics, reading.metrics] }
    }

    @Test("SQLite", arguments: Conformance.cases)
    func sqlite(_ rule: ConformanceCase) async throws {
        let database = try TemporaryDatabase()
        let pools = Pools(of: database.engine)
        // Readers find the file only once a writer has made it.
        try await pools.writing.withConnection { _ in }
        try await rule.run(pools.engine)
        await pools.engine.shutdown()
        for metrics in pools.metrics { #expect(metrics.opened == metrics.closed && metrics.used == 0) }
    }

    @Test("PostgreSQL, with sessions that other cases have used", arguments: Conformance.cases)
    func postgres(_ rule: ConformanceCase) async throws {
        let (_, pools) = try await Self.postgres.value
        try await rule.run(pools.engine)
        for metrics in pools.metrics { #expect(metrics.used == 0) }
    }
}
