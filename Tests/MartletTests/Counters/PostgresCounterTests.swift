import Martlet
import MartletCore
import MartletTesting
import Testing

@Suite("Counters on PostgreSQL")
struct PostgresCounterTests {
    private static let messages = """
        CREATE TABLE messages (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, chat_id bigint, body text);
        CREATE INDEX ON messages (chat_id);
        INSERT INTO messages (chat_id, body) SELECT g % 7, 'before' FROM generate_series(1, 1000) g;
        """

    @Test("a counter of rows that were there and rows that come is exact")
    func plainCounter() async throws {
        let fixture = try await PostgresCounterFixture(Self.messages)
        let correction = try await fixture.add(.messages)
        #expect(correction.keysChecked == 7 && correction.keysCorrected == 7)
        try await fixture.run("INSERT INTO messages (chat_id) VALUES (3), (3), (NULL), (99)")
        try await fixture.expectExact(.messages)
        let value = try await fixture.counters.value(of: "message_count", for: 3)
        #expect(value.number.description == "145" && !value.isComputed)
        let values = try await fixture.counters.values(of: "message_count", for: [3, 99, [nil], 1_000])
        #expect(values.mapValues(\.number.description) == [3: "145", 99: "1", [nil]: "1", 1_000: "0"])
        let second = try await fixture.store.fix("message_count")
        #expect(second.keysCorrected == 0)
    }

    @Test("the view of a number agrees with the rows in every snapshot, before it is initialised and after folding")
    func view() async throws {
        let fixture = try await PostgresCounterFixture(Self.messages)
        let counter = CounterDefinition(name: "live", table: CounterDefinition.messages.table, condition: "chat_id > 0")
        let agrees = "SELECT number = (SELECT count(*) FROM messages WHERE chat_id > 0) FROM martlet.number_of_live"
        func agreesNow() async throws -> Bool {
            try await fixture.engine.withConnection(.readOnly) { connection in
                try await connection.run("\(unsafeSQL: agrees)")[0].decode(Bool.self, at: 0)
            }
        }
        try await fixture.store.install(counter)
        try await fixture.run("INSERT INTO messages (chat_id) VALUES (0), (1), (2)")
        #expect(try await agreesNow())
        _ = try await fixture.store.initialise("live", force: false)
        for _ in 0..<50 { try await fixture.run("INSERT INTO messages (chat_id) VALUES (0), (1), (2)") }
        #expect(try await agreesNow())
        _ = try await fixture.store.fold("live")
        try await fixture.run("DELETE FROM messages WHERE chat_id = 2")
        #expect(try await agreesNow())
        try await fixture.store.remove("live")
        await #expect(throws: EngineError.self) { try await agreesNow() }
    }
}
