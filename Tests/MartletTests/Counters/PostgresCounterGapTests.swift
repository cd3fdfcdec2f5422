import Martlet
import MartletCore
import MartletTesting
import Testing

@Suite("Counters on PostgreSQL whose triggers are not all there")
struct PostgresCounterGapTests {
    private static let definition = CountedTable.definitions[0]

    /// A store that does not pause between its attempts.
    private static func impatient(_ fixture: PostgresCounterFixture) -> PostgresCounterStore {
        PostgresCounterStore(fixture.engine) { _ in }
    }

    @Test(
        "an installation that gives up beside a writer leaves nothing, or says what it leaves",
        arguments: CountedTable.allCases
    )
    func givingUp(_ table: CountedTable) async throws {
        let fixture = try await PostgresCounterFixture(table.script)
        try await fixture.engine.withConnection(.readWrite) { writer in
            try await writer.transaction { writer in
                // The partitioned table comes first, and has its triggers when the partition's turn comes.
                let target = table == .plain ? "messages" : "messages_low"
                try await writer.run("INSERT INTO \(Identifier(target)) (id, chat_id) VALUES (0, 3)")
                let error = await #expect(throws: CounterError.self) {
                    _ = try await Self.impatient(fixture).install(Self.definition)
                }
                #expect(error?.code == .busy)
                let left = try await fixture.store.list()
                let says = error?.message.contains("nothing was changed") == true
                #expect(says == left.isEmpty, "\(error?.message ?? "") \(left)")
                #expect(left.isEmpty == (table == .plain))
                guard let status = left.first else { return }
                #expect(status.gaps.count > 0 && error?.message.contains("the same call goes on") == true)
                let refused = await #expect(throws: CounterError.self) {
                    _ = try await fixture.store.initialise(Self.definition.name, force: false)
                }
                #expect(refused?.code == .incomplete)
            }
        }
        try await fixture.store.install(Self.definition)
        _ = try await fixture.store.initialise(Self.definition.name, force: false)
        try await fixture.run("INSERT INTO messages (id, chat_id) VALUES (1002, 3)")
        try await fixture.expectExact(Self.definition)
    }

    @Test("init, backfill and fix refuse while a trigger is missing", arguments: ["DROP", "DISABLE"])
    func refusals(_ way: String) async throws {
        let fixture = try await PostgresCounterFixture(CountedTable.plain)
        let name = Self.definition.name
        try await fixture.run(
            way == "DROP"
                ? "DROP TRIGGER martlet_by_chat_insert ON messages"
                : "ALTER TABLE messages DISABLE TRIGGER martlet_by_chat_insert"
        )
        try await fixture.run("INSERT INTO messages (id, chat_id) VALUES (1001, 3)")
        let store = fixture.store
        let attempts: [() async throws -> Void] = [
            { _ = try await store.initialise(name, force: true) }, { _ = try await store.fix(name) },
            { _ = try await store.backfill(name, options: .init(skipsExisting: false)) { _ in } },
        ]
        for attempt in attempts {
            let error = await #expect(throws: CounterError.self) { try await attempt() }
            #expect(error?.code == .incomplete && error?.message.contains("`counter add` again") == true)
            #expect(error?.message.contains("martlet_by_chat_insert") == true, "\(error?.message ?? "")")
        }
        #expect(try await store.verify(name).isIncomplete)
        #expect(try await store.list().first { $0.definition.name == name }?.gaps.count == 1)

        // What passed unseen is missing: until it is counted again, readers count.
        #expect(try await store.install(Self.definition) == false)
        let value = try await fixture.counters.value(of: name, for: 3)
        #expect(value.isComputed && value.number.description == "11")
        _ = try await store.initialise(name, force: false)
        try await fixture.expectExact(Self.definition)
        #expect(try await store.install(Self.definition))
    }

    @Test("a backfill that lost a trigger half way begins anew")
    func lostDuringBackfill() async throws {
        let fixture = try await PostgresCounterFixture(CountedTable.plain.script)
        let name = Self.definition.name
        try await fixture.store.install(Self.definition)
        let error = await #expect(throws: CounterError.self) {
            _ = try await fixture.store.backfill(name, options: .init(batchSize: 3)) { progress in
                guard progress.keysDone == 6 else { return }
                try? await fixture.run(
                    "DROP TRIGGER martlet_by_chat_delete ON messages; DELETE FROM messages WHERE id = 1"
                )
            }
        }
        #expect(error?.code == .incomplete)
        try await fixture.store.install(Self.definition)
        let rest = try await fixture.store.backfill(name, options: .init(batchSize: 3)) { _ in }
        #expect(rest.keysChecked == 11, "\(rest)")
        try await fixture.expectExact(Self.definition)
    }

    @Test("a column of a parent is not filled while a trigger of the table or the parent is missing")
    func parents() async throws {
        for drop in ["by_chat_delete ON messages", "by_chat_parent_insert ON chats"] {
            let fixture = try await PostgresParentFixture(.plain)
            try await fixture.base.run("DROP TRIGGER martlet_\(drop)")
            let error = await #expect(throws: CounterError.self) { _ = try await fixture.base.store.fix("by_chat") }
            #expect(error?.code == .incomplete)
            #expect(try await fixture.base.store.install(PostgresParentFixture.definitions[0]) == false)
            _ = try await fixture.base.store.initialise("by_chat", force: false)
            try await fixture.expectAllExact()
        }
    }

    @Test("two counters do not share a column of a parent")
    func sharedColumn() async throws {
        let fixture = try await PostgresParentFixture(.plain)
        var second = PostgresParentFixture.definition("second", "message_count")
        let store = fixture.base.store
        for sum in [nil, "1"] {
            second.sum = sum
            for attempt in [{ _ = try await store.install(second) }, { _ = try await store.plan(second) }] {
                let error = await #expect(throws: CounterError.self) { try await attempt() }
                #expect(
                    error?.code == .invalidDefinition && error?.message.contains("the counter by_chat keeps") == true
                )
            }
        }
        #expect(try await store.list().count == 3)
        try await fixture.expectAllExact()
    }
}
