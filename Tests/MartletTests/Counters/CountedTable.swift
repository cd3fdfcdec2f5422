import Martlet
import MartletCore
import Testing

/// The table of messages that changes are tried on, in its forms.
enum CountedTable: String, Sendable, CaseIterable, CustomTestStringConvertible {
    case plain, partitioned

    var testDescription: String { rawValue }

    static let name = QualifiedName(schema: "public", name: "messages")

    /// 110 messages: 10 in each of 10 chats, and 10 in none.
    var script: String {
        let columns = """
            id bigint PRIMARY KEY, chat_id bigint REFERENCES chats ON DELETE CASCADE ON UPDATE CASCADE, body text,
            deleted_at timestamptz, size numeric
            """
        let table =
            switch self {
            case .plain: "CREATE TABLE messages (\(columns));"
            case .partitioned:
                """
                CREATE TABLE messages (\(columns)) PARTITION BY RANGE (id);
                CREATE TABLE messages_low PARTITION OF messages FOR VALUES FROM (MINVALUE) TO (50);
                CREATE TABLE messages_high PARTITION OF messages FOR VALUES FROM (50) TO (100000)
                  PARTITION BY HASH (id);
                CREATE TABLE messages_even PARTITION OF messages_high FOR VALUES WITH (MODULUS 2, REMAINDER 0);
                CREATE TABLE messages_odd PARTITION OF messages_high FOR VALUES WITH (MODULUS 2, REMAINDER 1);
                """
            }
        return """
            CREATE TABLE chats (id bigint PRIMARY KEY);
            INSERT INTO chats SELECT generate_series(0, 20);
            \(table)
            CREATE INDEX ON messages (chat_id);
            INSERT INTO messages SELECT g, CASE WHEN g <= 100 THEN (g - 1) % 10 + 1 END, 'text',
              CASE WHEN g % 7 = 0 THEN now() END, CASE WHEN g % 5 > 0 THEN g / 4.0 END
            FROM generate_series(1, 110) g;
            """
    }

    /// All kinds of counters: by key, of a condition, of the whole table, of a sum.
    static let definitions = [
        CounterDefinition(name: "by_chat", table: name, keyColumns: ["chat_id"]),
        CounterDefinition(name: "live", table: name, keyColumns: ["chat_id"], condition: "deleted_at IS NULL"),
        CounterDefinition(name: "whole", table: name),
        CounterDefinition(name: "size_sum", table: name, keyColumns: ["chat_id"], sum: "size"),
        CounterDefinition(
            name: "by_both",
            table: name,
            keyColumns: ["chat_id", "body"],
            condition: "lower(body) <> 'none' AND id % 2 = 0"
        ),
    ]
}
