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
        return (server, PoolAsEngine(try PostgresEngine(server.connectionString()), max: 8))
    }

    @Test("SQLite", arguments: Conformance.cases)
    func sqlite(_ rule: ConformanceCase) async throws {
        let database = try TemporaryDatabase()
        let pool = PoolAsEngine(database.engine, max: 8)
        // Readers find the file only once a writer has made it.
        try await pool.withConnection(.readWrite) { _ in }
        try await rule.run(pool)
        await pool.shutdown()
        for metrics in pool.metrics { #expect(metrics.opened == metrics.closed && metrics.used == 0) }
    }

    @Test("PostgreSQL, with sessions that other cases have used", arguments: Conformance.cases)
    func postgres(_ rule: ConformanceCase) async throws {
        let (_, pool) = try await Self.postgres.value
        try await rule.run(pool)
        for metrics in pool.metrics { #expect(metrics.used == 0) }
    }
}
