import GRDB
import MartletCore
import MartletSQLite
import MartletTesting
import Testing

/// The suite over a pool that an application has opened; IntegrationTests runs it over a file.
@Suite("Engine conformance of a borrowed pool")
struct ConformanceTests {
    @Test("A pool that the application opened", arguments: Conformance.cases)
    func pool(_ rule: ConformanceCase) async throws {
        let file = try TemporaryDatabase()
        let pool = try DatabasePool(path: file.path)
        try await rule.run(SQLiteEngine(pool: pool))
        try pool.close()
    }
}
