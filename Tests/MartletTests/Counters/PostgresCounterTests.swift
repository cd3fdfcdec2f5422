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
}
