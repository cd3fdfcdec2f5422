import MartletCore
import MartletTesting
import Testing

@Suite("martlet counter, as a user runs it")
struct CounterCommandTests {
    private static let script = """
        CREATE TABLE chats (id integer PRIMARY KEY, message_count integer);
        CREATE TABLE messages (id integer PRIMARY KEY, chat_id integer REFERENCES chats, gone text);
        CREATE INDEX of_chat ON messages (chat_id);
        INSERT INTO chats (id) VALUES (1), (2), (3);
        INSERT INTO messages VALUES (1, 1, NULL), (2, 1, NULL), (3, 2, 'x'), (4, NULL, NULL);
        """

    @Test("a number in a column of a parent is added, filled, verified, fixed and removed", arguments: Dialect.allCases)
    func intoParent(_ dialect: Dialect) async throws {
        let database = try await TestDatabase(dialect, script: Self.script)
        func counter(_ arguments: String...) async throws -> CommandResult {
            let words = ["counter", arguments[0], database.argument] + arguments.dropFirst()
            return try await Command(words).run()
        }
        let options = [
            "messages_of_chat", "--count", "messages", "--by", "chat_id", "--where", "gone IS NULL", "--into",
            "chats.message_count",
        ]
        let shown = try await Command(["counter", "add", database.argument] + options + ["--dry-run"]).run()
        #expect(shown.status == 0 && shown.output.contains("CREATE TRIGGER"))
        let added = try await Command(["counter", "add", database.argument] + options).run()
        #expect(added.status == 0 && added.output.contains("is installed"), "\(added)")
        let listed = try await counter("list")
        #expect(listed.output.contains("rows of messages by chat_id where"), "\(listed)")
        #expect(listed.output.contains("in chats.message_count"), "\(listed)")
        let filled = try await counter("backfill", "messages_of_chat", "--batch-size", "2")
        #expect(filled.output.contains("is filled: 3 keys counted, 3 set right"), "\(filled)")
        try await database.run("INSERT INTO messages VALUES (5, 3, NULL); DELETE FROM messages WHERE id = 1")
        let verified = try await counter("verify")
        #expect(verified.status == 0 && verified.output.contains("exact; 3 keys, 2 in all"), "\(verified)")
        #expect(
            try await database.rows("SELECT CAST(message_count AS text) FROM chats ORDER BY id") == [
                ["1"], ["0"], ["1"],
            ]
        )

        try await database.run("UPDATE chats SET message_count = 7 WHERE id < 3")
        let wrong = try await counter("verify", "messages_of_chat")
        #expect(wrong.status == 1 && wrong.output.contains("chat_id 1: kept 7, counted 1"), "\(wrong)")
        let plan = try await counter("fix", "messages_of_chat", "--dry-run")
        #expect(plan.status == 0 && plan.output.contains("UPDATE"))
        #expect(try await counter("fix").output.contains("fixed 2 of 3 keys"))
        #expect(try await counter("fix").output.contains("fixed 0 of 3 keys"))
        #expect(try await counter("fold").status == 0)
        #expect(try await counter("remove", "messages_of_chat").status == 0)
        try await database.run("DELETE FROM messages")
        #expect(
            try await database.rows("SELECT CAST(message_count AS text) FROM chats ORDER BY id") == [
                ["1"], ["0"], ["1"],
            ]
        )
    }

    @Test("a column that cannot keep a number is refused with the reason", arguments: Dialect.allCases)
    func refused(_ dialect: Dialect) async throws {
        let database = try await TestDatabase(dialect, script: Self.script)
        let result = try await Command([
            "counter", "add", database.argument, "n", "--count", "messages", "--by", "chat_id", "--into",
            "chats.nothing",
        ])
        .run()
        #expect(result.status != 0 && result.errors.contains("column"), "\(result)")
    }
}
