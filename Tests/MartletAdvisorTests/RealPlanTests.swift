import MartletAdvisor
import MartletCore
import MartletPostgres
import MartletTesting
import Testing

@Suite("Rules for statements on plans of real databases")
struct RealPlanTests {
    static let search: BoundStatement = "SELECT * FROM messages WHERE chat_id = \(7)"
    static let latest: BoundStatement = "SELECT * FROM messages ORDER BY created_at DESC LIMIT 20"

    @Test("SQLite: a whole table is read until there is an index, and a sort is made until there is one in its order")
    func sqlite() async throws {
        let script = """
            CREATE TABLE messages (id INTEGER PRIMARY KEY, chat_id INTEGER, created_at TEXT, content TEXT);
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30000)
            INSERT INTO messages (chat_id, created_at, content) SELECT i % 1000, i * 7919 % 30011, 'text' FROM n;
            """
        let database = try await TemporaryDatabase(script: script)
        try await database.engine.withConnection(.readWrite) { connection in
            try await Self.check(on: connection, proposesIndex: false)
        }
    }

    @Test("PostgreSQL: the same, and the index is proposed by what the plan filters")
    func postgres() async throws {
        let server = try await PrivatePostgres.start()
        let engine = try PostgresEngine(server.connectionString())
        try await engine.withConnection(.readWrite) { connection in
            try await connection.runScript(
                """
                CREATE TABLE messages (id bigint PRIMARY KEY, chat_id bigint, created_at timestamptz, content text);
                INSERT INTO messages SELECT i, i % 1000, now() - i * 7919 % 30011 * interval '1 s', 'text'
                FROM generate_series(1, 30000) AS i;
                ANALYZE messages;
                """
            )
            try await Self.check(on: connection, proposesIndex: true)
        }
        await engine.shutdown()
        await server.stop()
    }

    private static func check(on connection: any Connection, proposesIndex: Bool) async throws {
        let before = try await observation(on: connection)
        let found = StatementReadsWholeTable().findings(in: before)
        #expect(found.count == 1)
        #expect(found.first?.evidence.first == search.statement.text)
        if proposesIndex {
            guard case .createIndex(let definition) = found.first?.remedies.first else {
                Issue.record("no index is proposed")
                return
            }
            #expect(definition.keys.map(\.text) == ["chat_id"])
        }
        #expect(StatementSorts().findings(in: before).map(\.evidence.first) == [latest.statement.text])
        #expect(StatementSpills().findings(in: before).isEmpty)

        try await connection.runScript(
            "CREATE INDEX messages_chat ON messages (chat_id); CREATE INDEX messages_latest ON messages (created_at)"
        )
        let after = try await observation(on: connection)
        #expect(RuleSet.statements.findings(in: after).isEmpty)
    }

    private static func observation(on connection: any Connection) async throws -> Observation {
        var plans: [String: Plan] = [:]
        for statement in [search, latest] {
            plans[statement.statement.text] = try await connection.explain(statement, analyze: false)
        }
        let statistics = plans.keys.sorted()
            .map { text in
                StatementStatistics(statement: text, calls: 100, totalSeconds: 1, rows: 2_500)
            }
        let catalog = try await connection.catalog()
        return Observation(catalog: catalog, workload: Workload(statistics: statistics), plans: plans)
    }
}
