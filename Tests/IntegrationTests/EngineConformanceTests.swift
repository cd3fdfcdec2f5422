import MartletCore
import MartletSQLite
import MartletTesting
import Testing

/// One suite, every engine: what one of them does, the other does too.
@Suite("Engine conformance")
struct EngineConformanceTests {
    @Test("SQLite", arguments: Conformance.cases)
    func sqlite(_ rule: ConformanceCase) async throws {
        let database = try TemporaryDatabase()
        // Readers find the file only once a writer has made it.
        let connection = try await database.engine.connect(.readWrite)
        await connection.close()
        try await rule.run(database.engine)
    }

    // PostgreSQL goes here: the same cases over an engine on a private cluster.
}
