import Foundation
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

    @Test("backfill passes over numbers that there are, wrong ones too, and says so", arguments: Dialect.allCases)
    func skipping(_ dialect: Dialect) async throws {
        for (name, options) in [
            ("kept", ["--into", "chats.message_count"]), ("beside", []),
        ] {
            let database = try await TestDatabase(dialect, script: Self.script)
            func counter(_ arguments: String...) async throws -> CommandResult {
                try await Command(["counter", arguments[0], database.argument, name] + arguments.dropFirst()).run()
            }
            let words = ["counter", "add", database.argument, name, "--count", "messages", "--by", "chat_id"]
            #expect(try await Command(words + options).run().status == 0)
            #expect(try await counter("init").status == 0)
            let table = dialect == .postgres ? "martlet.counter_beside" : "martlet_counter_beside"
            try await database.run(
                options.isEmpty
                    ? "UPDATE \(table) SET n = n + 7 WHERE n = 2" : "UPDATE chats SET message_count = 9 WHERE id = 1"
            )
            let skipped = try await counter("backfill")
            #expect(skipped.status == 0 && skipped.output.contains("passed over"), "\(skipped)")
            #expect(!skipped.output.contains(" 3 keys counted"), "\(skipped)")
            #expect(try await counter("verify").status == 1, "what has a number was passed over")
            let filled = try await counter("backfill", "--no-skip-existing")
            #expect(filled.output.contains("3 keys counted, 1 set right."), "\(filled)")
            #expect(try await counter("verify").status == 0)
        }
    }

    @Test(
        "a column with numbers of before is counted by the first backfill, and again after it was not kept",
        arguments: Dialect.allCases
    )
    func legacyColumn(_ dialect: Dialect) async throws {
        let database = try await TestDatabase(dialect, script: Self.script)
        func counter(_ arguments: String...) async throws -> CommandResult {
            try await Command(["counter", arguments[0], database.argument, "kept"] + arguments.dropFirst()).run()
        }
        for number in [0, 9] {
            try await database.run("UPDATE chats SET message_count = \(number)")
            let options = ["--count", "messages", "--by", "chat_id", "--into", "chats.message_count"]
            #expect(try await Command(["counter", "add", database.argument, "kept"] + options).run().status == 0)
            let plan = try await counter("backfill", "--dry-run").output
            #expect(!plan.contains("message_count\" IS NULL") && !plan.contains("message_count IS NULL"), "\(plan)")
            let filled = try await counter("backfill")
            #expect(filled.output.contains("3 keys counted") && !filled.output.contains("passed over"), "\(filled)")
            #expect(try await counter("verify").status == 0)
            #expect(try await counter("remove").status == 0)
        }
    }

    @Test(
        "a column with a comma in its name is named in quotes, and one without beside it",
        arguments: Dialect.allCases
    )
    func commaInName(_ dialect: Dialect) async throws {
        let script = """
            CREATE TABLE odd (id integer PRIMARY KEY, "a,b" integer, c integer);
            INSERT INTO odd VALUES (1, 1, 1), (2, 1, 2), (3, 1, 2)
            """
        let database = try await TestDatabase(dialect, script: script)
        let words = ["counter", "add", database.argument, "odds", "--count", "odd", "--by", "\"a,b\",c"]
        #expect(try await Command(words).run().status == 0)
        #expect(try await Command("counter", "init", database.argument, "odds").run().status == 0)
        let result = try await Command("counter", "verify", database.argument, "odds").run()
        #expect(result.status == 0 && result.output.contains("exact; 2 keys, 3 in all"), "\(result)")
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
        #expect(initialised.errors.contains("martlet counter remove"), "\(initialised)")
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

    @Test("the SQL that is shown does what the command does, as psql and SQLite run it", arguments: Dialect.allCases)
    func shownScripts(_ dialect: Dialect) async throws {
        for (name, options) in [
            ("plain", ["--count", "messages", "--by", "chat_id"]), ("total", ["--count", "messages"]),
            ("summed", ["--count", "messages", "--by", "chat_id", "gone", "--sum", "id"]),
            ("kept", ["--count", "messages", "--by", "chat_id", "--into", "chats.message_count"]),
        ] {
            let shown = try await TestDatabase(dialect, script: Self.script)
            let done = try await TestDatabase(dialect, script: Self.script)
            let steps = [
                ["add", name] + options, ["init", name], ["verify", name],
                ["backfill", name, "--batch-size", "1", "--no-skip-existing"],
                ["fix", name], ["fold", name], ["remove", name],
            ]
            for step in steps {
                let words = [step[0], shown.argument] + step.dropFirst()
                let script = try await Command(["counter"] + words + ["--dry-run"]).run()
                #expect(script.status == 0, "\(script)")
                try await Self.run(script.output, on: shown, dialect)
                let result = try await Command(["counter", step[0], done.argument] + step.dropFirst()).run()
                // What no trigger saw is what verify is for.
                #expect(result.status == 0 || step[0] == "verify" && result.status == 1, "\(result)")
                if step[0] == "remove" { continue }
                // A write in between is counted in both, or in neither; and one that no trigger sees is mended by both.
                for database in [shown, done] {
                    try await database.run(Self.unseenWrite(dialect, name, after: step[0]))
                }
                #expect(try await Self.state(of: shown, name) == Self.state(of: done, name), "\(name) after \(step)")
            }
            #expect(try await shown.rows(Self.objects(dialect)) == done.rows(Self.objects(dialect)))
        }
    }

    private static func unseenWrite(_ dialect: Dialect, _ name: String, after step: String) -> String {
        let id = ["add": 10, "init": 11, "verify": 12, "backfill": 13, "fix": 14, "fold": 15][step] ?? 16
        let insert = "INSERT INTO messages VALUES (\(id), 2, NULL), (\(id + 20), NULL, 'x');"
        guard dialect == .postgres, step == "init" || step == "verify" else { return insert }
        return "SET session_replication_role = replica; " + insert
    }

    /// What `verify` says.
    private static func state(of database: TestDatabase, _ name: String) async throws -> String {
        try await Command("counter", "verify", database.argument, name, "--format", "json").run().output
    }

    private static func objects(_ dialect: Dialect) -> String {
        dialect == .sqlite
            ? "SELECT type, name FROM sqlite_schema ORDER BY 1, 2"
            : """
            SELECT relname::text FROM pg_class WHERE relnamespace = to_regnamespace('martlet')
            UNION ALL SELECT oid::regprocedure::text FROM pg_proc WHERE pronamespace = to_regnamespace('martlet')
            UNION ALL SELECT tgname::text FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1
            """
    }

    private static func run(_ script: String, on database: TestDatabase, _ dialect: Dialect) async throws {
        guard dialect == .postgres else { return try await database.run(script) }
        let folder = CommandFolder()
        let file = folder.path + "/script.sql"
        try script.write(toFile: file, atomically: true, encoding: .utf8)
        let result = try await Command(
            line: "PATH=$PATH:$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | tail -n 1); "
                + "psql -X -q -v ON_ERROR_STOP=1 -f '\(file)' '\(database.argument)'"
        )
        .in(folder).run()
        #expect(result.status == 0, "\(result)\n\(script)")
    }

    @Test("of several declared counters none is installed if one cannot be", arguments: Dialect.allCases)
    func declared(_ dialect: Dialect) async throws {
        let database = try await TestDatabase(dialect, script: Self.script)
        let folder = CommandFolder()
        try "counters:\n  a: {count: messages}\n  b: {count: messages, by: [nothing]}\n"
            .write(toFile: folder.path + "/martlet.yaml", atomically: true, encoding: .utf8)
        let result = try await Command("counter", "add", database.argument).in(folder).run()
        #expect(result.status == 2 && result.errors.contains("nothing"), "\(result)")
        let listed = try await Command("counter", "list", database.argument).run()
        #expect(listed.output.contains("There is no counter"), "\(listed)")
    }

    @Test("a misspelt key of a declared counter is refused, not left out")
    func misspelt() async throws {
        let database = try await TestDatabase(.sqlite, script: Self.script)
        let folder = CommandFolder()
        try "counters:\n  a: {count: messages, were: deleted_at IS NULL}\n"
            .write(toFile: folder.path + "/martlet.yaml", atomically: true, encoding: .utf8)
        let result = try await Command("counter", "add", database.argument).in(folder).run()
        #expect(result.status == 2 && result.output == "", "\(result)")
        #expect(
            result.errors.contains("counters, a: there is no key were; there are count, by, where, sum, into"),
            "\(result)"
        )
    }

    @Test("a column whose name has capitals is named as it has to be written")
    func capitals() async throws {
        let database = try await TestDatabase(.postgres, script: #"CREATE TABLE t (id int, "parId" int)"#)
        let result = try await Command("counter", "add", database.argument, "n", "--count", "t", "--by", "parId").run()
        #expect(result.status == 2 && result.errors.contains(#"--by '"parId"'"#), "\(result)")
    }
}
