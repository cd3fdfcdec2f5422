import ChatServer
import Foundation
import Hummingbird
import HummingbirdTesting
import InMemoryTracing
import Martlet
import MartletCore
import MartletSQLite
import Testing

@Suite("The server with the middleware")
struct ChatServerTests {
    @Test("each request is a span and a trace under the pattern of its route, around its statements")
    func units() async throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).db").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let base = SQLiteEngine(path: path, createIfMissing: true)
        try await base.withConnection(.readWrite) { connection in
            try await connection.runScript(
                """
                CREATE TABLE chats (id INTEGER PRIMARY KEY, owner INTEGER NOT NULL, title TEXT NOT NULL);
                INSERT INTO chats VALUES (1, 7, 'one'), (2, 7, 'two'), (3, 8, 'three');
                """
            )
        }
        let (recorder, tracer) = (TraceRecorder(), InMemoryTracer())
        let telemetry = TelemetryEngine(base, options: TelemetryOptions(tracer: tracer))
        let pool = Pool(RecordingEngine(telemetry, recorder: recorder), PoolConfiguration(max: 2))
        let application = Application(router: makeRouter(pool: pool, recorder: recorder, tracer: tracer))
        try await application.test(.router) { client in
            for owner in [7, 8] {
                try await client.execute(uri: "/owners/\(owner)/chats", method: .get) { response in
                    let titles = try JSONDecoder().decode([String].self, from: Data(buffer: response.body))
                    #expect(titles == (owner == 7 ? ["one", "two"] : ["three"]))
                }
            }
            try await client.execute(uri: "/elsewhere", method: .get) { #expect($0.status == .notFound) }
        }
        await pool.shutdown()

        let name = "GET /owners/{owner}/chats"
        #expect(recorder.traces.filter { $0.name == name }.map(\.executions.count) == [1, 1])
        let requests = tracer.finishedSpans.filter { $0.operationName == name }
        #expect(requests.count == 2)
        let statements = tracer.finishedSpans.filter { $0.operationName == "SELECT chats" }
        #expect(Set(statements.map(\.parentSpanID)) == Set(requests.map { $0.spanContext.spanID }))
    }
}
