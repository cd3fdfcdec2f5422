import InMemoryTracing
import Martlet
import MartletCore
import MartletExpectations
import MartletTesting
import MetricsTestKit
import Testing
import Tracing

@Suite("Spans and metrics")
struct TelemetryTests {
    private func withTelemetry(
        recordsParameters: Bool = false,
        _ body: (any Connection, InMemoryTracer, TestMetrics) async throws -> Void
    ) async throws {
        let database = try await TemporaryDatabase(script: "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT)")
        let tracer = InMemoryTracer()
        let metrics = TestMetrics()
        let options = TelemetryOptions(tracer: tracer, metrics: metrics, recordsParameters: recordsParameters)
        let identity = DatabaseIdentity(namespace: "shop", serverAddress: "db.example", serverPort: 5433)
        try await TelemetryEngine(database.engine, identity: identity, options: options)
            .withConnection(.readWrite) { try await body($0, tracer, metrics) }
        withExtendedLifetime(database) {}
    }

    @Test("carry the stable names, literals as ?, and no bound value")
    func names() async throws {
        try await withTelemetry { connection, tracer, metrics in
            try await withTrace("GET /users", tracer: tracer) {
                try await connection.run("SELECT * FROM users WHERE name = 'Ada' AND id = \(4_711)")
            }
            let spans = tracer.finishedSpans
            #expect(spans.map(\.operationName) == ["SELECT users", "GET /users"])
            let span = try #require(spans.first)
            #expect(span.parentSpanID == spans.last?.spanID)
            #expect(span.kind == .client)
            var seen: [String: String] = [:]
            span.attributes.forEach { name, value in
                switch value {
                case .string(let text): seen[name] = text
                case .int64(let number): seen[name] = String(number)
                default: seen[name] = "\(value)"
                }
            }
            #expect(
                seen == [
                    "db.system.name": "sqlite", "db.namespace": "shop", "server.address": "db.example",
                    "server.port": "5433", "db.collection.name": "users", "db.operation.name": "SELECT",
                    "db.query.text": "SELECT * FROM users WHERE name = ? AND id = ?",
                    "db.query.summary": "SELECT users",
                ]
            )
            let recorder = try #require(metrics.recorders(label: "db.client.operation.duration").first)
            #expect(recorder.values.count == 1)
            #expect(try #require(recorder.values.first) < 1, "seconds, not nanoseconds")
            #expect(recorder.dimensions.contains { $0 == ("db.query.summary", "SELECT users") })
        }
    }

    @Test("say what failed by the database's own code")
    func failures() async throws {
        try await withTelemetry { connection, tracer, metrics in
            _ = try? await connection.run("INSERT INTO users VALUES (1, 'a'), (1, 'b')")
            let span = try #require(tracer.finishedSpans.first)
            #expect(span.attributes["error.type"]?.toSpanAttribute() == .string("SQLITE_CONSTRAINT_PRIMARYKEY (1555)"))
            #expect(
                span.attributes["db.response.status_code"]?.toSpanAttribute()
                    == .string("SQLITE_CONSTRAINT_PRIMARYKEY (1555)")
            )
            #expect(span.status?.code == .error)
            #expect(
                metrics.recorders.first?.dimensions
                    .contains { $0 == ("error.type", "SQLITE_CONSTRAINT_PRIMARYKEY (1555)") } == true
            )
        }
    }

    @Test("tell batches by their size, and parameters where asked")
    func batches() async throws {
        try await withTelemetry(recordsParameters: true) { connection, tracer, _ in
            try await connection.runPipelined([
                "INSERT INTO users VALUES (\(1), \("a"))", "INSERT INTO users VALUES (\(2), \("b"))",
            ])
            try await connection.run("SELECT name FROM users WHERE id = \(2)")
            let spans = tracer.finishedSpans
            #expect(spans.map(\.operationName) == ["BATCH INSERT users", "SELECT users"])
            #expect(spans[0].attributes["db.operation.batch.size"]?.toSpanAttribute() == .int64(2))
            #expect(spans[0].attributes["db.operation.name"]?.toSpanAttribute() == .string("BATCH INSERT"))
            #expect(spans[1].attributes["db.query.parameter.0"]?.toSpanAttribute() == .string("2"))
        }
    }

    @Test(
        "are called by what a statement does to which tables",
        arguments: [
            ("SELECT * FROM songs s, artists AS a WHERE s.x = 1", "SELECT songs artists"),
            ("select a from songs join shop.artists using (id)", "SELECT songs artists"),
            ("INSERT INTO d (a, b) SELECT a FROM songs", "INSERT d SELECT songs"),
            ("UPDATE users SET a = 1 FROM b WHERE id IN (SELECT id FROM c)", "UPDATE users b SELECT c"),
            ("DELETE FROM users", "DELETE users"),
            ("WITH x AS (SELECT 1 FROM y) SELECT * FROM x", "SELECT y"),
            ("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3) SELECT i FROM n", "SELECT"),
            ("INSERT INTO a VALUES (1) ON CONFLICT (id) DO UPDATE SET b = 1", "INSERT a"),
            ("SELECT extract(epoch FROM made) FROM t WHERE a IS DISTINCT FROM b FOR UPDATE", "SELECT t"),
            ("CREATE TABLE IF NOT EXISTS users (id int)", "CREATE TABLE users"),
            ("CREATE UNIQUE INDEX CONCURRENTLY i ON t (a)", "CREATE INDEX"),
            ("BEGIN IMMEDIATE", "BEGIN"), ("COMMIT", "COMMIT"), ("", "sqlite"), ("SELECT * FROM f(1)", "SELECT"),
        ]
    )
    func summaries(_ statement: String, _ summary: String) async throws {
        try await withTelemetry { connection, tracer, _ in
            _ = try? await connection.run(BoundStatement(Statement(unsafeText: statement)))
            #expect(tracer.finishedSpans.first?.operationName == summary)
        }
    }

    @Test("have a name of 255 bytes at the most, cut between tables")
    func longSummary() async throws {
        try await withTelemetry { connection, tracer, _ in
            let tables = (0..<100).map { "table_\($0)" }.joined(separator: ", ")
            _ = try? await connection.run(BoundStatement(Statement(unsafeText: "SELECT 1 FROM \(tables)")))
            let name = try #require(tracer.finishedSpans.first?.operationName)
            #expect(name.utf8.count <= 255 && name.utf8.count > 240)
            #expect(name.split(separator: " ").dropFirst().enumerated().allSatisfy { $1 == "table_\($0)" })
        }
    }

    @Test(
        "take a database's name and address from its location, without its password",
        arguments: [
            ("postgres://u:p@ss@db.example:6432/shop?sslmode=off", "shop", "db.example", 6_432),
            ("postgresql://[::1]:1/a", "a", "::1", 1), ("host=h port=2 dbname='b c' password=p", "b", "h", 2),
        ] as [(String, String, String, Int)]
    )
    func identities(_ text: String, _ namespace: String, _ address: String, _ port: Int) {
        let identity = DatabaseIdentity(DatabaseLocation(text))
        #expect(identity == DatabaseIdentity(namespace: namespace, serverAddress: address, serverPort: port))
    }
}
