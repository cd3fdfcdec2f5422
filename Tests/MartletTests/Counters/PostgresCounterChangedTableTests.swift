import Martlet
import MartletCore
import MartletTesting
import Testing

@Suite("Counters on PostgreSQL whose tables have become others")
struct PostgresCounterChangedTableTests {
    /// A change of the table, and the counter as it is declared afterwards.
    struct Change: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let script: String
        var key = "a"
        var table = "t"
        var condition: String? = "b IS NULL"
        /// Whether rows can be written before the counter is installed again.
        var isWritable = false
    }

    static let changes = [
        Change(
            testDescription: "a key column of a wider type",
            script: "ALTER TABLE t ALTER a TYPE bigint",
            isWritable: true
        ),
        Change(
            testDescription: "a key column of another type that its values fit into",
            script: "ALTER TABLE t ALTER a TYPE text",
            isWritable: true
        ),
        Change(testDescription: "a key column of another name", script: "ALTER TABLE t RENAME a TO z", key: "z"),
        Change(
            testDescription: "a column of the condition of another name",
            script: "ALTER TABLE t RENAME b TO z",
            condition: "z IS NULL"
        ),
        Change(
            testDescription: "without a column of the condition",
            script: "ALTER TABLE t DROP b",
            condition: nil
        ),
        Change(
            testDescription: "another of the same name",
            script: "DROP TABLE t; CREATE TABLE t (id bigint PRIMARY KEY, a int, b text)",
            isWritable: true
        ),
    ]

    private static func definition(_ change: Change) -> CounterDefinition {
        CounterDefinition(
            name: "n",
            table: QualifiedName(schema: "public", name: change.table),
            keyColumns: [change.key],
            condition: change.condition
        )
    }

    @Test("are verified as out of date, and installed again are exact", arguments: changes)
    func mended(_ change: Change) async throws {
        let fixture = try await PostgresCounterFixture(
            "CREATE TABLE t (id bigint PRIMARY KEY, a int, b text); "
                + "INSERT INTO t SELECT g, g % 5 FROM generate_series(1, 50) g"
        )
        try await fixture.add(Self.definition(Change(testDescription: "", script: "")))
        try await fixture.run(change.script)
        if change.isWritable {
            try await fixture.run("INSERT INTO t VALUES (101, 3), (102, 4); DELETE FROM t WHERE id = 7")
        }
        for attempt in [
            { _ = try await fixture.store.verify("n") }, { _ = try await fixture.store.fix("n") },
            { _ = try await fixture.store.initialise("n", force: true) },
        ] {
            let error = await #expect(throws: CounterError.self) { try await attempt() }
            #expect(
                error?.code == .outdated && error?.message.contains("install it again") == true,
                "\(error?.message ?? "")"
            )
        }
        let again = Self.definition(change)
        #expect(try await fixture.store.install(again) == false)
        try await fixture.run("INSERT INTO t (id, \(change.key)) SELECT g, '77' FROM generate_series(201, 220) g")
        let key: CounterKey = change.script.contains("text") && !change.script.contains("CREATE") ? "77" : 77
        #expect(try await fixture.counters.value(of: "n", for: key).isComputed)
        _ = try await fixture.store.initialise("n", force: false)
        try await fixture.run("DELETE FROM t WHERE id > 215; UPDATE t SET \(change.key) = '78' WHERE id = 201")
        try await fixture.expectExact(again)
        #expect(try await fixture.counters.value(of: "n", for: key).number.description == "14")
        #expect(try await fixture.store.install(again))
    }

    @Test("a key column that became wider takes wider keys once the counter is installed again")
    func widerKeys() async throws {
        let fixture = try await PostgresCounterFixture("CREATE TABLE t (id bigint PRIMARY KEY, a int, b text)")
        let definition = Self.definition(Change(testDescription: "", script: ""))
        try await fixture.add(definition)
        try await fixture.run("ALTER TABLE t ALTER a TYPE bigint")
        try await fixture.store.install(definition)
        _ = try await fixture.store.initialise("n", force: false)
        try await fixture.run("INSERT INTO t VALUES (1, 9000000000)")
        #expect(try await fixture.counters.value(of: "n", for: 9_000_000_000).number.description == "1")
    }

    @Test("a parent of another name is told by verify, and writes go on once the counter is installed again")
    func renamedParent() async throws {
        for rename in ["chats RENAME TO rooms", "messages RENAME TO posts", "chats RENAME message_count TO posts"] {
            let fixture = try await PostgresParentFixture(.plain).base
            try await fixture.run("ALTER TABLE \(rename)")
            let error = await #expect(throws: CounterError.self) { _ = try await fixture.store.verify("by_chat") }
            #expect(error?.code == .outdated, "\(rename): \(error?.message ?? "")")
            var definition = PostgresParentFixture.definitions[0]
            if rename.contains("rooms") {
                definition.parent?.table = QualifiedName(schema: "public", name: "rooms")
            } else if rename.contains("TO posts"), rename.hasPrefix("messages") {
                definition.table = QualifiedName(schema: "public", name: "posts")
            } else {
                definition.parent?.column = "posts"
            }
            // The others on the same tables fail until they are installed again, too.
            for name in ["live", "size_sum"] as [CounterName] { try await fixture.store.remove(name) }
            try await fixture.store.install(definition)
            try await fixture.run(
                """
                INSERT INTO \(definition.table.quoted) (id, chat_id) VALUES (1001, 3);
                INSERT INTO \(definition.parent?.table.quoted ?? "") (id) VALUES (31)
                """
            )
            _ = try await fixture.store.initialise("by_chat", force: false)
            #expect(try await fixture.store.verify("by_chat").isExact)
        }
    }

    @Test("a name is not given to another table while the first is there")
    func otherTable() async throws {
        let fixture = try await PostgresCounterFixture("CREATE TABLE t (a int, b text); CREATE TABLE u (a int, b text)")
        try await fixture.add(Self.definition(Change(testDescription: "", script: "")))
        try await fixture.run("ALTER TABLE t ALTER a TYPE bigint")
        let other = Self.definition(Change(testDescription: "", script: "", table: "u"))
        let error = await #expect(throws: CounterError.self) { try await fixture.store.install(other) }
        #expect(error?.code == .nameTaken)
    }

    @Test("a sum with a fraction is refused by martlet.count in words")
    func fraction() async throws {
        let fixture = try await PostgresCounterFixture(CountedTable.plain)
        try await fixture.run("INSERT INTO messages (id, chat_id, size) VALUES (1002, 19, 0.25)")
        let error = await #expect(throws: EngineError.self) {
            try await fixture.run("SELECT martlet.count('size_sum', 19)")
        }
        #expect(error?.message.contains("read it by martlet.sum") == true, "\(String(describing: error))")
        try await fixture.run("INSERT INTO messages (id, chat_id, size) VALUES (1001, 20, 3.00)")
        #expect(try await fixture.number("SELECT martlet.count('size_sum', 20)") == 3)
    }
}
