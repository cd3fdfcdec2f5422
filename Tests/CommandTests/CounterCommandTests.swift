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

    @Test(
        "one counter whose table is gone is reported by name, and all others have their turn",
        arguments: Dialect.allCases
    )
    func oneBroken(_ dialect: Dialect) async throws {
        let script =
            "CREATE TABLE a (id integer PRIMARY KEY); CREATE TABLE b (id integer PRIMARY KEY); "
            + "CREATE TABLE c (id integer PRIMARY KEY); INSERT INTO c VALUES (1)"
        let database = try await TestDatabase(dialect, script: script)
        for table in ["a", "b", "c"] {
            let added = try await Command("counter", "add", database.argument, "of_\(table)", "--count", table).run()
            #expect(added.status == 0, "\(added)")
        }
        try await database.run("DROP TABLE b")
        let initialised = try await Command("counter", "init", database.argument).run()
        #expect(initialised.status == 4 && initialised.errors.contains("of_b"), "\(initialised)")
        #expect(
            initialised.output.contains("of_a is initialised") && initialised.output.contains("of_c is initialised")
        )
        #expect(initialised.errors.contains("Next: martlet counter remove"), "\(initialised)")
        let verified = try await Command("counter", "verify", database.argument).run()
        #expect(verified.status == 1 && verified.output.contains("of_b: NOT VERIFIED"), "\(verified)")
        #expect(
            verified.output.contains("of_a: exact") && verified.output.contains("of_c: exact; 1 key"),
            "\(verified)"
        )
        let document = try await Command("counter", "verify", database.argument, "--format", "json").run()
        #expect(document.status == 1 && document.output.contains("\"failures\""), "\(document)")
        let fixed = try await Command("counter", "fix", database.argument).run()
        #expect(fixed.status == 4 && fixed.output.contains("of_c: fixed 0"), "\(fixed)")
        #expect(try await Command("counter", "remove", database.argument, "of_b").run().status == 0)
        #expect(try await Command("counter", "verify", database.argument).run().status == 0)
    }

    @Test("a counter without its triggers is listed and verified as such, with the command that makes them again")
    func missingTrigger() async throws {
        let database = try await TestDatabase(.postgres, script: Self.script)
        let name = ["counter", "add", database.argument, "n", "--count", "messages", "--by", "chat_id"]
        #expect(try await Command(name).run().status == 0)
        try await database.run("DROP TRIGGER martlet_n_insert ON messages")
        let listed = try await Command("counter", "list", database.argument).run()
        #expect(listed.output.contains("has no trigger martlet_n_insert"), "\(listed)")
        let verified = try await Command("counter", "verify", database.argument).run()
        #expect(verified.status == 1, "\(verified)")
        #expect(verified.output.contains("n --count messages --by chat_id"), "\(verified)")
        let refused = try await Command("counter", "init", database.argument, "n").run()
        #expect(refused.status == 4 && refused.errors.contains("`counter add` again"), "\(refused)")
        #expect(try await Command(name).run().status == 0)
        #expect(try await Command("counter", "init", database.argument, "n").run().status == 0)
        let again = try await Command(name).run()
        #expect(again.status == 0 && !again.output.contains("Next:"), "\(again)")
    }
}
