import InMemoryTracing
import Martlet
import MartletCore
import MartletExpectations
import MartletTesting
import Synchronization
import Testing

@Suite("Comments in statements, and expectations")
struct CommentTests {
    private func texts(
        _ options: CommentOptions,
        _ statement: BoundStatement,
        tracer: InMemoryTracer = InMemoryTracer()
    ) async throws -> [String] {
        let database = try TemporaryDatabase()
        let recorder = TraceRecorder()
        // The recorder is beneath, so that it sees what the database sees.
        let engine = CommentingEngine(
            RecordingEngine(database.engine, recorder: recorder),
            options: options,
            tracer: tracer
        )
        _ = try await engine.withConnection(.readWrite) { connection in
            try await withTrace("GET /chats/*/'{id}", recorder: recorder, tracer: tracer) {
                try await connection.run(statement)
            }
        }
        withExtendedLifetime(database) {}
        return recorder.traces.flatMap { $0.executions.map(\.statement) }
    }

    @Test("stand behind the statement, sorted and encoded, and leave the values alone")
    func comments() async throws {
        let options = CommentOptions(tags: ["application": "sh op", "a": "*/ DROP"], addsRoute: true)
        let commented = try await texts(options, "SELECT \(1) ; ")
        #expect(
            commented == [
                "SELECT $1 /*a='%2A%2F%20DROP',application='sh%20op',route='GET%20%2Fchats%2F%2A%2F%27%7Bid%7D'*/"
            ]
        )
        let own = try await texts(options, "SELECT 1 /* mine */")
        #expect(own == ["SELECT 1 /* mine */"])
        let plain = try await texts(CommentOptions(), "SELECT 1")
        #expect(plain == ["SELECT 1"])
    }

    @Test("name the span only where asked, so that prepared statements stay what they are")
    func traceContext() async throws {
        let tagged = try await texts(CommentOptions(tags: ["application": "shop"]), "SELECT 1")
        #expect(tagged == ["SELECT 1 /*application='shop'*/"])
        let traced = try await texts(CommentOptions(addsTraceContext: true), "SELECT 1")
        #expect(traced.first?.contains(InMemoryTracer.traceIDKey) == true)
    }

    @Test("expect(statements:) passes what keeps to it and says what was run where it does not")
    func expectations() async throws {
        let database = try await TemporaryDatabase(script: "CREATE TABLE t (id INTEGER)")
        let engine = RecordingEngine(database.engine, recorder: TraceRecorder())
        try await engine.withConnection(.readWrite) { connection in
            let rows = try await expect(statements: 1) { try await connection.run("SELECT 1") }
            #expect(rows.count == 1)
            try await expect(statements: 0...2) {
                try await connection.runPipelined(["SELECT 1", "SELECT 2"])
            }
            let error = await #expect(throws: StatementExpectationError.self) {
                try await expect(statements: 2) {
                    for id in 0..<3 { try await connection.run("SELECT * FROM t WHERE id = \(id)") }
                }
            }
            #expect(error?.statements == 3)
            #expect(error?.description.contains("3 × SELECT * FROM t WHERE id = $1") == true)
            #expect(error?.description.contains("CommentTests.swift:") == true)
            let unseen = await #expect(throws: StatementExpectationError.self) { try await expect(statements: 1) {} }
            #expect(unseen?.description.contains("RecordingEngine") == true)
        }
        withExtendedLifetime(database) {}
    }
}
