import MartletCore

/// Random transactions on counted tables, as scripts for psql: every way in which rows can change.
struct CounterWorkload {
    static let chats = 12
    static let schema = """
        CREATE TABLE chats (
            id bigint PRIMARY KEY, title text, message_count int, message_total bigint NOT NULL DEFAULT 0,
            message_size numeric
        );
        INSERT INTO chats SELECT g, 'chat' FROM generate_series(1, \(chats)) g;
        CREATE TABLE "Messages" (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            "chatId" bigint REFERENCES chats ON DELETE CASCADE ON UPDATE CASCADE,
            kind text NOT NULL DEFAULT 'text',
            token text UNIQUE,
            size int NOT NULL DEFAULT 1,
            deleted_at timestamptz
        );
        CREATE INDEX ON "Messages" ("chatId");
        CREATE TABLE events (tenant uuid NOT NULL, day int NOT NULL, n numeric(12, 3) NOT NULL)
            PARTITION BY RANGE (day);
        CREATE TABLE events_early PARTITION OF events FOR VALUES FROM (0) TO (50);
        CREATE TABLE events_late PARTITION OF events FOR VALUES FROM (50) TO (100);
        """
    private static let levels = ["READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE"]

    private var random: SplitMix64
    private let client: Int
    private var transactions = 0

    init(seed: UInt64, client: Int) {
        random = SplitMix64(seed: seed &+ UInt64(client) &* 0x9E37_79B9)
        self.client = client
    }

    /// A script with so many statements that change rows.
    mutating func script(operations: Int) -> String {
        var text = ""
        var done = 0
        while done < operations {
            let count = below(5) + 1
            text += transaction(operations: count)
            done += count
        }
        return text
    }

    private mutating func transaction(operations: Int) -> String {
        // Some run on their own, as an application without transactions does.
        if below(4) == 0 { return (0..<operations).map { _ in operation() }.joined() }
        transactions += 1
        var text = "BEGIN ISOLATION LEVEL \(Self.levels[below(3)]);\n"
        for _ in 0..<operations {
            if below(6) == 0 {
                text += "SAVEPOINT s;\n" + operation() + (below(2) == 0 ? "ROLLBACK TO s;\n" : "RELEASE s;\n")
            } else {
                text += operation()
            }
        }
        switch below(10) {
        case 0: return text + "ROLLBACK;\n"
        case 1:
            let name = "'c\(client)-\(transactions)'"
            return text + "PREPARE TRANSACTION \(name);\n\(below(2) == 0 ? "COMMIT" : "ROLLBACK") PREPARED \(name);\n"
        default: return text + "COMMIT;\n"
        }
    }

    private mutating func operation() -> String {
        let statement =
            switch below(26) {
            case 0...4: "INSERT INTO \"Messages\" (\"chatId\", kind, size) VALUES (\(chat()), '\(kind())', \(below(9)))"
            case 5: "INSERT INTO \"Messages\" (\"chatId\") VALUES (\(chat())), (\(chat())), (NULL), (\(chat()))"
            case 6:
                """
                INSERT INTO "Messages" ("chatId", size)
                SELECT 1 + g % \(Self.chats), g FROM generate_series(1, 40) g
                """
            case 7: "INSERT INTO \"Messages\" (\"chatId\", token) VALUES (\(chat()), \(token())) ON CONFLICT DO NOTHING"
            case 8, 9:
                """
                INSERT INTO "Messages" ("chatId", token) VALUES (\(chat()), \(token())), (\(chat()), \(token()))
                ON CONFLICT (token) DO UPDATE SET "chatId" = excluded."chatId", deleted_at = NULL
                """
            case 10:
                """
                MERGE INTO "Messages" m USING (SELECT \(token()) AS token, \(chat())::bigint AS chat) s
                ON m.token = s.token WHEN MATCHED AND m.size > 3 THEN DELETE
                WHEN MATCHED THEN UPDATE SET "chatId" = s.chat, size = m.size + 1
                WHEN NOT MATCHED THEN INSERT ("chatId", token) VALUES (s.chat, s.token)
                """
            case 11: "COPY \"Messages\" (\"chatId\", kind) FROM stdin;\n\(chat())\ta\n\\N\tb\n\(chat())\ta\n\\."
            case 12: "UPDATE \"Messages\" SET \"chatId\" = \(chat()) WHERE \(some())"
            case 13: "UPDATE \"Messages\" SET deleted_at = now() WHERE deleted_at IS NULL AND \(some())"
            case 14: "UPDATE \"Messages\" SET deleted_at = NULL WHERE \(some())"
            case 15: "UPDATE \"Messages\" SET kind = '\(kind())', size = size + 1 WHERE \(some())"
            case 16, 17: "DELETE FROM \"Messages\" WHERE \(some())"
            case 18: "DELETE FROM chats WHERE id = \(chat())"
            case 19:
                "INSERT INTO chats SELECT g, 'again' FROM generate_series(1, \(Self.chats)) g ON CONFLICT DO NOTHING"
            case 20: "INSERT INTO events VALUES (\(tenant()), \(below(100)), 1.5), (\(tenant()), \(below(100)), -0.25)"
            case 21: "INSERT INTO events_early VALUES (\(tenant()), \(below(50)), 3)"
            case 22: "UPDATE chats SET id = id + 100 WHERE id = \(chat())"
            case 23: "UPDATE chats SET id = id - 100 WHERE id = 100 + \(chat())"
            case 24: "UPDATE events SET day = \(below(100)), n = n + 1 WHERE day = \(below(100))"
            default:
                below(30) == 0
                    ? ["TRUNCATE \"Messages\"", "TRUNCATE events", "TRUNCATE events_late"][below(3)]
                    : "DELETE FROM events WHERE day = \(below(100))"
            }
        return statement.hasSuffix("\\.") ? statement + "\n" : statement + ";\n"
    }

    /// A few rows anywhere.
    private mutating func some() -> String {
        "id % 97 = \(below(97)) AND \"chatId\" IS \(below(8) == 0 ? "" : "NOT ")NULL"
    }

    private mutating func chat() -> Int {
        // One is hot.
        below(3) == 0 ? 1 : below(Self.chats) + 1
    }

    private mutating func kind() -> String { ["a", "b", "text"][below(3)] }
    private mutating func token() -> String { "'t\(below(200))'" }
    private mutating func tenant() -> String { "'00000000-0000-4000-8000-00000000000\(below(6))'" }
    private mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &random) }
}
