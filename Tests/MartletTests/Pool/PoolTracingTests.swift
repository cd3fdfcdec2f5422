import Martlet
import MartletCore
import MartletExpectations
import MartletTesting
import Testing

@Suite("A pool and the traces of its borrowers")
struct PoolTracingTests {
    @Test("what the pool itself runs is in nobody's trace")
    func ownStatements() async throws {
        let recorder = TraceRecorder()
        var configuration = PoolConfiguration(max: 1)
        configuration.statementTimeout = .seconds(20)
        configuration.validateAfter = .zero
        let engine = try await PrivatePostgres.temporaryDatabase()
        let pool = Pool(RecordingEngine(engine, recorder: recorder), configuration)
        // The first opens a session and sets its limits, the second asks whether it is alive.
        for _ in 0..<2 {
            let (_, trace) = try await recorder.trace("GET /") {
                try await expect(statements: 1) {
                    try await pool.withConnection { _ = try await $0.run("SELECT 2") }
                }
            }
            #expect(trace.executions.count == 1)
            #expect(trace.roundTrips == 1)
        }
        // What is left open is rolled back between these two.
        let (_, trace) = try await recorder.trace("GET /") {
            try await expect(statements: 2) {
                try await pool.withConnection { _ = try await $0.run("BEGIN") }
                try await pool.withConnection { _ = try await $0.run("SELECT 3") }
            }
        }
        #expect(trace.executions.count == 2)
        #expect(recorder.omissions.executionsOutsideTraces >= 4, "the pool's own statements were not recorded at all")
        await pool.shutdown()
    }
}
