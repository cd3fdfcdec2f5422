import GRDB
import MartletCore
import MartletSQLite
import MartletTesting
import Testing

@Suite("The engine conformance suite")
struct ConformanceTests {
    @Test("a file of its own", arguments: Conformance.cases)
    func file(_ rule: ConformanceCase) async throws {
        let file = try TemporaryDatabase()
        _ = try await file.engine.withConnection(.readWrite) { try await $0.run("SELECT 1") }
        try await rule.run(file.engine)
    }

    @Test("a pool that the application opened", arguments: Conformance.cases)
    func pool(_ rule: ConformanceCase) async throws {
        let file = try TemporaryDatabase()
        let pool = try DatabasePool(path: file.path)
        try await rule.run(SQLiteEngine(pool: pool))
        try pool.close()
    }
}
