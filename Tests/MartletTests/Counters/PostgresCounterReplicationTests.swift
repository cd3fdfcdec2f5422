import Martlet
import MartletCore
import MartletPostgres
import MartletTesting
import Testing

@Suite("Counters on PostgreSQL and logical replication")
struct PostgresCounterReplicationTests {
    /// Two databases on one server, of which the second subscribes to the messages of the first.
    private struct Pair {
        let server: PrivatePostgres
        let store: PostgresCounterStore
        let engine: PostgresEngine

        init() async throws {
            server = try await PrivatePostgres.start(PrivatePostgres.Options(walLevel: .logical, extensions: []))
            let source = try await server.createDatabase(named: "source")
            let target = try await server.createDatabase(named: "target")
            let table = "CREATE TABLE messages (id bigint PRIMARY KEY, chat_id bigint);"
            try await Self.run(try PostgresEngine(source), table + "CREATE PUBLICATION counted FOR TABLE messages")
            engine = try PostgresEngine(target)
            store = PostgresCounterStore(engine)
            try await Self.run(engine, table)
            // Within one server the slot must be made apart: making it would wait for its own transaction.
            try await Self.run(
                try PostgresEngine(source),
                "SELECT pg_create_logical_replication_slot('counted', 'pgoutput')"
            )
            try await Self.run(
                engine,
                """
                CREATE SUBSCRIPTION counted CONNECTION '\(source.replacing("'", with: "''"))' PUBLICATION counted
                  WITH (create_slot = false, slot_name = counted)
                """
            )
        }

        static func run(_ engine: PostgresEngine, _ script: String) async throws {
            try await engine.withConnection(.readWrite) { try await $0.runScript(script) }
        }

        /// Writes to the source, and waits until the target has the rows.
        func write(_ script: String, rows: Int) async throws {
            try await Self.run(try PostgresEngine(server.connectionString(database: "source")), script)
            for _ in 0..<6_000 {
                if try await server.query("SELECT count(*) FROM messages", database: "target") == "\(rows)" { return }
                try await Task.sleep(for: .milliseconds(10))
            }
            Issue.record("the subscription has not brought \(rows) rows")
        }

        /// A subscription holds a slot, without which nothing stops at once.
        func end() async throws {
            try await Self.run(engine, "ALTER SUBSCRIPTION counted DISABLE")
            try await Self.run(
                engine,
                "ALTER SUBSCRIPTION counted SET (slot_name = NONE); DROP SUBSCRIPTION counted"
            )
            await engine.shutdown()
            await server.stop()
        }
    }

    @Test("what a subscription applies is not counted; verify says so, and fix mends it", .timeLimit(.minutes(2)))
    func unseen() async throws {
        let pair = try await Pair()
        try await pair.write("INSERT INTO messages SELECT g, g % 3 FROM generate_series(1, 30) g", rows: 30)
        try await pair.store.install(.messages)
        _ = try await pair.store.initialise("message_count", force: false)
        try await pair.write(
            "INSERT INTO messages VALUES (31, 1), (32, 1); DELETE FROM messages WHERE id = 3",
            rows: 31
        )
        let verification = try await pair.store.verify("message_count")
        #expect(verification.keysWrong == 2 && verification.gaps.isEmpty, "\(verification)")
        #expect(verification.totalKept.description == "30" && verification.totalCounted.description == "31")
        #expect(try await pair.store.fix("message_count").keysCorrected == 2)
        #expect(try await pair.store.verify("message_count").isExact)
        try await pair.end()
    }

    // https://www.postgresql.org/docs/15/logical-replication-architecture.html: only row triggers are fired.
    @Test(
        "nor is it counted by triggers that are enabled always, as they are of statements",
        .timeLimit(.minutes(2))
    )
    func enabledAlways() async throws {
        let pair = try await Pair()
        try await pair.store.install(.messages)
        _ = try await pair.store.initialise("message_count", force: false)
        let events = ["insert", "update", "delete", "truncate"]
        try await Pair.run(
            pair.engine,
            events.map { "ALTER TABLE messages ENABLE ALWAYS TRIGGER martlet_message_count_\($0);" }.joined()
        )
        try await pair.write("INSERT INTO messages VALUES (1, 1), (2, 1)", rows: 2)
        let verification = try await pair.store.verify("message_count")
        #expect(verification.keysWrong == 1 && verification.gaps.isEmpty, "\(verification)")
        #expect(verification.totalKept.description == "0" && verification.totalCounted.description == "2")
        try await pair.end()
    }
}
