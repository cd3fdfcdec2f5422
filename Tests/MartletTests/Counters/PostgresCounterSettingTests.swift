import Martlet
import MartletCore
import Testing

@Suite("Counters on PostgreSQL, whatever sessions are set to")
struct PostgresCounterSettingTests {
    private static let whole = CounterDefinition(name: "whole", table: CountedTable.name)

    @Test(
        "a condition with a backslash counts the same for writers who read backslashes otherwise",
        arguments: ["on", "off"],
        ["on", "off"]
    )
    func backslashes(installer: String, writer: String) async throws {
        let fixture = try await PostgresCounterFixture("CREATE TABLE notes (id int PRIMARY KEY, body text, size int)")
        let table = QualifiedName(schema: "public", name: "notes")
        let like = CounterDefinition(name: "like_a", table: table, condition: #"body NOT LIKE 'a\_%'"#)
        let sum = CounterDefinition(name: "sum_a", table: table, sum: #"CASE WHEN body = 'a\b' THEN size END"#)
        try await set("standard_conforming_strings", installer, in: fixture)
        for definition in [like, sum] { try await fixture.add(definition) }
        try await set("standard_conforming_strings", writer, in: fixture)
        try await fixture.run(#"INSERT INTO notes VALUES (1, E'a_1', 3), (2, E'ab1', 5), (3, E'a\\b', 7)"#)
        try await set("standard_conforming_strings", "on", in: fixture)
        for definition in [like, sum] { try await fixture.expectExact(definition) }
        #expect(try await fixture.number("SELECT martlet.count('like_a')") == 2)
        #expect(try await fixture.number("SELECT martlet.count('sum_a')") == 7)
    }

    @Test("a condition with an interval counts the same whatever style intervals are written in")
    func intervals() async throws {
        let fixture = try await PostgresCounterFixture("CREATE TABLE jobs (id int PRIMARY KEY, took interval)")
        let table = QualifiedName(schema: "public", name: "jobs")
        let long = CounterDefinition(name: "long", table: table, condition: "took > interval '-1 day -2:03:04'")
        try await set("IntervalStyle", "sql_standard", in: fixture)
        try await fixture.add(long)
        try await set("IntervalStyle", "postgres", in: fixture)
        try await fixture.run("INSERT INTO jobs VALUES (1, '-23 hours'), (2, '-25 hours'), (3, '-27 hours')")
        try await fixture.expectExact(long)
        #expect(try await fixture.number("SELECT martlet.count('long')") == 2)
    }

    @Test(
        "fold folds where transactions begin at a higher level, and where writers pause",
        arguments: [
            ("default_transaction_isolation", "serializable"), ("default_transaction_isolation", "repeatable read"),
            ("martlet.fold_after", "infinity"),
        ]
    )
    func folding(_ name: String, _ value: String) async throws {
        let fixture = try await PostgresCounterFixture("CREATE TABLE messages (id int PRIMARY KEY, chat_id int)")
        let byChat = CounterDefinition(name: "by_chat", table: CountedTable.name, keyColumns: ["chat_id"])
        for definition in [Self.whole, byChat] { try await fixture.add(definition) }
        try await set(name, value, in: fixture)
        for id in 1...200 { try await fixture.run("INSERT INTO messages VALUES (\(id), \(id % 3))") }
        #expect(try await fixture.store.fold("whole").rowsAfter == 1)
        #expect(try await fixture.store.fold("by_chat").rowsAfter == 3)
        for definition in [Self.whole, byChat] { try await fixture.expectExact(definition) }
    }

    @Test("a condition that is always true is none")
    func alwaysTrue() async throws {
        let fixture = try await PostgresCounterFixture(CountedTable.plain.script)
        let definition = CounterDefinition(name: "always", table: CountedTable.name, condition: "true")
        try await fixture.add(definition)
        try await fixture.run("DELETE FROM messages WHERE id < 5")
        try await fixture.expectExact(definition)
        try await fixture.store.install(definition)
        try await fixture.expectExact(definition)
    }

    @Test("a number of a table that was dropped is not read as that of another with its name")
    func dropped() async throws {
        let fixture = try await PostgresCounterFixture(CountedTable.plain)
        try await fixture.run("DROP TABLE messages; CREATE TABLE messages (id bigint PRIMARY KEY, chat_id bigint)")
        for key in [CounterKey.whole, 3] {
            let error = await #expect(throws: CounterError.self) {
                _ = try await fixture.counters.value(of: key == .whole ? "whole" : "by_chat", for: key)
            }
            #expect(error?.code == .outdated)
        }
        await #expect(throws: EngineError.self) {
            _ = try await fixture.number("SELECT number FROM martlet.number_of_whole")
        }
        try await fixture.add(Self.whole)
        #expect(try await fixture.number("SELECT number FROM martlet.number_of_whole") == 0)
        #expect(try await fixture.counters.value(of: "whole").number.description == "0")
    }

    /// Sets it for all sessions that begin from now on.
    private func set(_ name: String, _ value: String, in fixture: PostgresCounterFixture) async throws {
        try await fixture.run("ALTER DATABASE \(fixture.name) SET \(name) = '\(value)'")
    }
}
