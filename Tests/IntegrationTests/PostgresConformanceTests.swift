import MartletCore
import MartletPostgres
import MartletTesting
import Testing

@Suite("PostgreSQL does what every engine must do")
struct PostgresConformanceTests {
    /// One server for all cases: each makes and drops its own tables.
    private static let server = Task { try await PrivatePostgres.start() }

    @Test("conforms", arguments: Conformance.cases)
    func conforms(conformance: ConformanceCase) async throws {
        let server = try await Self.server.value
        let engine = try PostgresEngine(server.connectionString())
        try await conformance.run(engine)
        await engine.shutdown()
    }
}
