import MartletCore
import MartletSQLite
import MartletTesting
import Testing

@Suite("Plans of SQLite")
struct PlanTests {
    /// A statement and the steps that its plan must have.
    struct Expected: Sendable, CustomTestStringConvertible {
        let sql: String
        let steps: [Step]
        var testDescription: String { sql }
    }

    /// One step, as far as it matters.
    struct Step: Sendable, Equatable {
        var kind: PlanNode.Kind
        var table: String?
        var index: String?
        var condition: String?
    }

    private static let schema = """
        CREATE TABLE Users (id INTEGER PRIMARY KEY, name TEXT, email TEXT);
        CREATE TABLE messages (id INTEGER PRIMARY KEY, user_id INTEGER, chat_id INTEGER, body TEXT);
        CREATE TABLE tags (message_id INTEGER, tag TEXT, PRIMARY KEY (message_id, tag)) WITHOUT ROWID;
        CREATE INDEX "by user" ON messages (user_id, chat_id);
        CREATE INDEX by_chat ON messages (chat_id);
        CREATE INDEX by_name ON Users (name) WHERE email IS NOT NULL;
        CREATE VIEW recent AS SELECT m.body FROM messages m WHERE m.body > 'x';
        CREATE VIRTUAL TABLE words USING fts5 (body);
        """

    @Test(
        "tells what each step reads, and how",
        arguments: [
            Expected(sql: "SELECT * FROM users", steps: [Step(kind: .sequentialScan, table: "Users")]),
            Expected(sql: "SELECT * FROM main.Users", steps: [Step(kind: .sequentialScan, table: "Users")]),
            Expected(sql: "SELECT * FROM main.Users AS u", steps: [Step(kind: .sequentialScan, table: "Users")]),
            Expected(
                sql: "SELECT * FROM users u WHERE u.id = 1",
                steps: [
                    Step(kind: .indexScan, table: "Users", condition: "rowid=?")
                ]
            ),
            Expected(
                sql: "SELECT body FROM messages WHERE user_id = 1 AND chat_id > 5",
                steps: [
                    Step(kind: .indexScan, table: "messages", index: "by user", condition: "user_id=? AND chat_id>?")
                ]
            ),
            Expected(
                sql: "SELECT user_id FROM messages WHERE user_id = 1",
                steps: [
                    Step(kind: .indexOnlyScan, table: "messages", index: "by user", condition: "user_id=?")
                ]
            ),
            Expected(
                sql: "SELECT count(*) FROM messages m",
                steps: [
                    Step(kind: .indexOnlyScan, table: "messages", index: "by_chat")
                ]
            ),
            Expected(
                sql: "SELECT * FROM tags WHERE message_id = 1",
                steps: [
                    Step(kind: .indexScan, table: "tags", condition: "message_id=?")
                ]
            ),
            Expected(
                sql: "SELECT * FROM messages ORDER BY body",
                steps: [
                    Step(kind: .sequentialScan, table: "messages"), Step(kind: .sort),
                ]
            ),
            Expected(
                sql: "SELECT body, count(*) FROM messages GROUP BY body",
                steps: [
                    Step(kind: .sequentialScan, table: "messages"), Step(kind: .aggregate),
                ]
            ),
            Expected(
                sql: "SELECT * FROM messages WHERE user_id = 1 OR chat_id = 2",
                steps: [
                    Step(kind: .bitmapScan), Step(kind: .other),
                    Step(kind: .indexScan, table: "messages", index: "by user", condition: "user_id=?"),
                    Step(kind: .other),
                    Step(kind: .indexScan, table: "messages", index: "by_chat", condition: "chat_id=?"),
                ]
            ),
            Expected(sql: "SELECT * FROM recent", steps: [Step(kind: .sequentialScan, table: "messages")]),
            Expected(sql: "SELECT 1", steps: [Step(kind: .other)]),
            Expected(sql: "SELECT * FROM words WHERE words MATCH 'x'", steps: [Step(kind: .other, table: "words")]),
            Expected(
                sql: "SELECT * FROM Users a LEFT JOIN messages b ON b.user_id = a.id",
                steps: [
                    Step(kind: .sequentialScan, table: "Users"),
                    Step(kind: .indexScan, table: "messages", index: "by user", condition: "user_id=?"),
                ]
            ),
            Expected(
                sql: "SELECT * FROM Users a JOIN messages b ON a.name = b.body",
                steps: [
                    Step(kind: .sequentialScan, table: "Users"),
                    Step(kind: .sequentialScan, table: "messages", condition: "body=?"),
                ]
            ),
            Expected(
                sql: "WITH c AS MATERIALIZED (SELECT * FROM messages) SELECT * FROM c",
                steps: [
                    Step(kind: .other), Step(kind: .sequentialScan, table: "messages"), Step(kind: .other),
                ]
            ),
        ]
    )
    func steps(_ expected: Expected) async throws {
        let file = try await TemporaryDatabase(script: Self.schema)
        try await file.engine.withConnection(.readOnly) { connection in
            let plan = try await connection.explain(BoundStatement(Statement(unsafeText: expected.sql)), analyze: false)
            let steps = plan.nodes.dropFirst()
                .map {
                    Step(kind: $0.kind, table: $0.table, index: $0.index, condition: $0.indexCondition)
                }
            #expect(steps == expected.steps, "\(plan.nodes.map(\.label))")
            #expect(plan.planCost == nil)
        }
    }

    @Test("explains a statement from a workload, whose values are not known")
    func withoutValues() async throws {
        let file = try await TemporaryDatabase(script: Self.schema)
        try await file.engine.withConnection(.readOnly) { connection in
            let plan = try await connection.explain("SELECT * FROM messages WHERE chat_id = ?1", analyze: false)
            #expect(plan.nodes.contains { $0.index == "by_chat" })
            let error = await #expect(throws: EngineError.self) {
                try await connection.explain("SELECT * FROM messages WHERE chat_id = ?1", analyze: true)
            }
            #expect(error?.code == .invalidBinding)
        }
    }

    @Test("counts steps that tell a scan from a look-up")
    func virtualMachineSteps() async throws {
        let file = try await TemporaryDatabase(script: Self.schema)
        try await file.engine.withConnection(.readWrite) { connection in
            let rows = (0..<5_000).map { [Value.integer($0), .integer($0 % 50), .integer($0), .text("b\($0)")] }
            let table = QualifiedName(schema: "main", name: "messages")
            _ = try await connection.load(rows, into: table, columns: ["id", "user_id", "chat_id", "body"])
            let scan = try await connection.explain("SELECT * FROM messages WHERE body = \("b7")", analyze: true)
            let lookup = try await connection.explain("SELECT * FROM messages WHERE chat_id = \(7)", analyze: true)
            #expect(scan.root.actualRows == 1)
            #expect(lookup.root.actualRows == 1)
            let (many, few) = (try #require(scan.virtualMachineSteps), try #require(lookup.virtualMachineSteps))
            #expect(many > 10_000)
            #expect(few < 50)
        }
    }

    @Test(
        "refuses to run for its plan what cannot be undone",
        arguments: ["COMMIT", "VACUUM", "PRAGMA user_version = 5", "DROP TABLE t"]
    )
    func refuses(sql: String) async throws {
        let file = try await TemporaryDatabase(script: "CREATE TABLE t (id INTEGER)")
        try await file.engine.withConnection(.readWrite) { connection in
            let error = await #expect(throws: EngineError.self) {
                try await connection.explain(BoundStatement(Statement(unsafeText: sql)), analyze: true)
            }
            #expect(error?.code == .unsupported)
            let catalog = try await connection.catalog()
            #expect(catalog.tables.count == 1)
        }
    }
}
