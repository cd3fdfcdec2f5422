import Martlet
import MartletCore
import MartletTesting
import Testing

@Suite("Counters of SQLite")
struct SQLiteCounterStoreTests {
    static let messages = """
        CREATE TABLE chats (id INTEGER PRIMARY KEY, title TEXT, message_count INTEGER CHECK (message_count >= 0));
        CREATE TABLE messages (
          id INTEGER PRIMARY KEY, chat_id INTEGER REFERENCES chats ON DELETE CASCADE, body TEXT, deleted_at TEXT
        );
        CREATE INDEX messages_of_chat ON messages (chat_id);
        INSERT INTO chats (id, title) VALUES (1, 'a'), (2, 'b'), (3, 'c');
        INSERT INTO messages (chat_id, body, deleted_at)
        VALUES (1, 'x', NULL), (1, 'y', NULL), (2, 'z', '2024-01-01'), (NULL, 'lost', NULL);
        """
    static let live = CounterDefinition.of("messages", by: ["chat_id"], where: "deleted_at IS NULL")

    @Test("a counter that was never initialised computes the true number, and says so")
    func uninitialised() async throws {
        try await SQLiteCounterFixture.with(Self.messages) { fixture in
            try await fixture.store.install(Self.live)
            try await fixture.connection.run("INSERT INTO messages (chat_id, body) VALUES (1, 'n')")
            let value = try await fixture.store.value(of: "tested", for: 1, on: fixture.connection)
            #expect(value == CounterValue.computed(3))
            let seen = try await fixture.connection.run("SELECT number FROM martlet_tested WHERE chat_id = 1")
            #expect(try seen.map { try $0.decode(Int.self, at: 0) } == [3])
            #expect(try await fixture.store.verify("tested").isInitialised == false)
        }
    }

    @Test("after it was initialised a counter keeps its numbers as rows change")
    func kept() async throws {
        try await SQLiteCounterFixture.with(Self.messages, counters: [Self.live]) { fixture in
            try await fixture.connection.runScript(
                """
                INSERT INTO messages (chat_id, body) VALUES (3, 'n'), (3, 'm'), (NULL, 'o');
                UPDATE messages SET deleted_at = '2024-02-02' WHERE body = 'x';
                UPDATE messages SET chat_id = 2 WHERE body = 'm';
                DELETE FROM messages WHERE body = 'n';
                """
            )
            try await fixture.expectExact(Self.live)
            let values = try await fixture.store.values(of: "tested", for: [1, 2, 3, 4, [nil]], on: fixture.connection)
            #expect(values == [1: .kept(1), 2: .kept(1), 3: .kept(0), 4: .kept(0), [nil]: .kept(2)])
        }
    }

    @Test("a file that its reader may not write is verified all the same, and not fixed")
    func unwritable() async throws {
        try await SQLiteCounterFixture.with(Self.messages, counters: [Self.live]) { fixture in
            let reader = SQLiteCounterStore(UnwritableEngine(engine: fixture.database.engine))
            #expect(try await reader.verify("tested").isExact)
            try await fixture.connection.run("UPDATE martlet_counter_tested SET n = n + 1")
            #expect(try await reader.verify("tested").keysWrong > 0)
            let error = await #expect(throws: EngineError.self) { _ = try await reader.fix("tested") }
            #expect(error?.code == .readOnly)
        }
    }

    /// The database as one finds it who may only read its file.
    private struct UnwritableEngine: Engine {
        let engine: any Engine

        var dialect: Dialect { engine.dialect }
        var capabilities: Capabilities { engine.capabilities }
        var displayName: String { engine.displayName }

        func connect(_ access: Access) async throws(EngineError) -> any Connection {
            guard access == .readOnly else { throw EngineError(.readOnly, "it cannot be written by this user") }
            return try await engine.connect(access)
        }

        func shutdown() async {}
    }
}

extension CounterValue {
    static func kept(_ number: Int) -> CounterValue { .init(number: .init(trusted: String(number)), isComputed: false) }
    static func computed(_ number: Int) -> CounterValue {
        .init(number: .init(trusted: String(number)), isComputed: true)
    }
}
