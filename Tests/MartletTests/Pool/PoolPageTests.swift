import Foundation
import Martlet
import MartletCore
import MartletTesting
import Testing

@Suite("The page on the pool")
struct PoolPageTests {
    @Test("its example is the one that is compiled here, and does what the page says")
    func example() async throws {
        let here = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        let source = try String(contentsOf: here.appendingPathComponent("PoolPageExample.swift"), encoding: .utf8)
        let docs = here.appendingPathComponent("../../../docs/pool.md").standardized
        let page = try String(contentsOf: docs, encoding: .utf8)
        #expect(page.contains("```swift\n\(source)```"))
        #expect(page.contains("returns 600"))
        let traced = try String(contentsOf: here.appendingPathComponent("PoolTracedExample.swift"), encoding: .utf8)
        #expect(page.contains("```swift\n\(traced)```"))
        let database = try TemporaryDatabase()
        let cents = try await transfer(databasePath: database.path)
        #expect(cents == 600)
    }

    @Test("its traced pool runs, and each request has its own statements in its trace")
    func traced() async throws {
        let server = try await PrivatePostgres.shared()
        let recorder = TraceRecorder()
        let pool = try tracedPool(url: server.connectionString(), recorder: recorder)
        let (relations, sessions) = try await overview(pool, recorder: recorder)
        #expect(relations > 0 && sessions > 0)
        await pool.shutdown()
        let executions = try #require(recorder.traces.first).executions
        #expect(recorder.traces.map(\.name) == ["GET /overview"])
        #expect(executions.contains { $0.statement.contains("pg_class") })
        #expect(!executions.contains { $0.statement.contains("set_config") })
    }
}
