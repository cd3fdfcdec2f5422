import CaseStudies
import Martlet
import MartletCore
import Synchronization
import Testing

@Suite("What the chat's document got wrong about counters")
struct ChatSeedCounterTests {
    @Test(
        "a message that another path deletes softly stays counted, unless triggers count",
        arguments: Dialect.allCases
    )
    func softDeletion(dialect: Dialect) async throws {
        for way in [Way.seed, .expert] {
            try await with(way, dialect) { fixture in
                #expect(try await fixture.violations(of: way) == [])
                try await fixture.engine.withConnection(.readWrite) { connection in
                    let deleted = try await connection.run(
                        """
                        UPDATE \(fixture.table("messages")) SET deleted_at = created_at
                        WHERE id = (SELECT min(id) FROM \(fixture.table("messages"))
                                    WHERE chat_id = 2 AND deleted_at IS NULL)
                        """
                    )
                    #expect(deleted.affectedRows == 1)
                }
                let violations = try await fixture.violations(of: way)
                if way == .expert { #expect(violations == []) } else { #expect(violations.count == 1) }
            }
        }
    }

    @Test(
        "16 racing senders exceed the limit or go uncounted while the count is read first, and never otherwise",
        arguments: Dialect.allCases
    )
    func racingSenders(dialect: Dialect) async throws {
        let limit = 1_050
        for way in [Way.seed, .expert] {
            try await with(way, dialect) { fixture in
                // A millisecond of distance, as between two machines of one rack, is enough.
                let engine = DelayedEngine(fixture.engine, roundTripTime: .milliseconds(1))
                let messenger = ChatMessenger(messagesMax: limit)
                try await Race.run(on: engine) { _, connection in
                    for _ in 0..<4 {
                        let draft = ChatMessenger.Draft(chatID: 2, userID: 2, content: "race")
                        _ = try await messenger.send(draft, way, on: connection)
                    }
                }
                let (live, counted) = (try await liveMessages(fixture), try await count(fixture) ?? 0)
                if way == .expert {
                    #expect(live == limit && counted == limit)
                } else {
                    #expect(live > limit || counted < live, "\(live) live, \(counted) counted")
                }
                #expect(try await fixture.violations(of: way).isEmpty == (way == .expert))
            }
        }
    }

    @Test(
        "a chat whose count is missing is full all the same, which the document takes for empty",
        arguments: Dialect.allCases
    )
    func missingCount(dialect: Dialect) async throws {
        for way in [Way.seed, .expert] {
            try await with(way, dialect) { fixture in
                let isSent = try await fixture.engine.withConnection(.readWrite) { connection in
                    try await connection.run(
                        "UPDATE \(fixture.table("chats")) SET message_count = NULL WHERE id = 2"
                    )
                    let draft = ChatMessenger.Draft(chatID: 2, userID: 2, content: "one too many")
                    return try await ChatMessenger(messagesMax: 1_000).send(draft, way, on: connection)
                }
                #expect(isSent == (way == .seed))
                #expect(try await count(fixture) == (way == .seed ? 1 : nil))
                #expect(try await liveMessages(fixture) == (way == .seed ? 1_001 : 1_000))
            }
        }
    }

    @Test("writers of different chats wait for one another at a total in one row; counters that add up let both commit")
    func hotRow() async throws {
        for way in [Way.seed, .expert] {
            try await with(way, .postgres) { fixture in
                let messenger = ChatMessenger(messagesMax: 100_000)
                let drafts = [2, 3].map { ChatMessenger.Draft(chatID: $0, userID: 2, content: "at the same time") }
                let start = try await fixture.integer("SELECT count(*) FROM chat.messages")
                try await fixture.engine.withConnection(.readWrite) { first in
                    try await fixture.engine.withConnection(.readWrite) { second in
                        try await first.run("BEGIN")
                        #expect(try await messenger.send(drafts[0], way, on: first))
                        try await second.run("BEGIN")
                        try await second.run("SET LOCAL lock_timeout = '200ms'")
                        if way == .seed {
                            let error = await #expect(throws: EngineError.self) {
                                try await messenger.send(drafts[1], way, on: second)
                            }
                            #expect(error?.code == .lockTimeout)
                            #expect(error?.statement?.contains("db_stats") == true, "\(error?.statement ?? "none")")
                            try await second.run("ROLLBACK")
                        } else {
                            #expect(try await messenger.send(drafts[1], way, on: second))
                            try await second.run("COMMIT")
                        }
                        try await first.run("COMMIT")
                    }
                }
                let added = try await fixture.integer("SELECT count(*) FROM chat.messages") - start
                #expect(added == (way == .expert ? 2 : 1))
                #expect(try await fixture.violations(of: way) == [])
            }
        }
    }

    @Test(
        "what was written while nobody counted is missing after the document's backfill, and counted after ours",
        arguments: Dialect.allCases
    )
    func interruptedCounting(dialect: Dialect) async throws {
        for way in [Way.seed, .expert] {
            try await with(way, dialect) { fixture in
                let counters = fixture.counters(of: way)
                // The software of before runs again for a while.
                try await counters.remove()
                try await add(3, to: fixture)
                if way == .seed {
                    // `skipExisting`, as the document's command has it.
                    try await change(
                        """
                        UPDATE \(fixture.table("chats")) SET message_count = (
                          SELECT count(*) FROM \(fixture.table("messages")) AS live
                          WHERE live.chat_id = \(fixture.table("chats")).id AND live.deleted_at IS NULL)
                        WHERE message_count IS NULL
                        """,
                        fixture
                    )
                } else {
                    let store = Counters(fixture.engine).store
                    for definition in counters.definitions {
                        try await store.install(definition)
                        _ = try await store.backfill(definition.name, options: BackfillOptions()) { _ in }
                    }
                }
                let kept = try #require(try await count(fixture))
                #expect(try await liveMessages(fixture) - kept == (way == .seed ? 3 : 0))
                #expect(try await fixture.violations(of: way).isEmpty == (way == .expert))
            }
        }
    }

    @Test(
        "a total that begins at 0 when it is first missed is wrong for ever; one that is counted at first never is",
        arguments: Dialect.allCases
    )
    func lazyTotal(dialect: Dialect) async throws {
        for way in [Way.seed, .expert] {
            try await with(way, dialect) { fixture in
                let statistics = fixture.table("db_stats")
                let total = Self.total
                if way == .seed {
                    // The document's `getOrCreate`: a row that is missing is made with 0.
                    try await change("DELETE FROM \(statistics)", fixture)
                    try await change("INSERT INTO \(statistics) (stat_key, value) VALUES (\(total), 0)", fixture)
                }
                let draft = ChatMessenger.Draft(chatID: 3, userID: 2, content: "the next")
                let messenger = ChatMessenger(messagesMax: 100_000)
                let isSent = try await fixture.engine.withConnection(.readWrite) { connection in
                    try await messenger.send(draft, way, on: connection)
                }
                #expect(isSent)
                let rows = try await fixture.integer("SELECT count(*) FROM \(fixture.table("messages"))")
                let kept =
                    way == .seed
                    ? try await fixture.integer("SELECT value FROM \(statistics) WHERE stat_key = \(total)")
                    : try await Int(Counters(fixture.engine).value(of: CounterName(total)).number.description)
                #expect(kept == (way == .seed ? 1 : rows))
            }
        }
    }

    @Test(
        "the document's look at the health of its numbers misses the totals; verify looks at all of them",
        arguments: Dialect.allCases
    )
    func health(dialect: Dialect) async throws {
        try await with(.seed, dialect) { fixture in
            let wrongChats: BoundStatement = """
                SELECT count(*) FROM \(fixture.table("chats")) AS chats WHERE message_count <>
                  (SELECT count(*) FROM \(fixture.table("messages")) AS live
                   WHERE live.chat_id = chats.id AND live.deleted_at IS NULL)
                """
            try await change("UPDATE \(fixture.table("db_stats")) SET value = value + 7", fixture)
            #expect(try await fixture.integer(wrongChats) == 0, "it calls them healthy")
        }
        try await with(.expert, dialect) { fixture in
            let total = Self.total
            let numbers = dialect == .postgres ? "martlet.counter_\(total)" : "martlet_counter_\(total)"
            try await change("UPDATE \(unsafeSQL: numbers) SET n = n + 7", fixture)
            let wrong = try await fixture.counters(of: .expert).verify().filter { !$0.isExact }
            #expect(wrong.map(\.name.text) == [total])
        }
    }

    /// The total of all messages, as the document's table and our counter call it.
    private static let total = "messages_total"

    private func add(_ messages: Int, to fixture: CaseFixture) async throws {
        for number in 0..<messages {
            let content = "uncounted \(number)"
            try await change(
                """
                INSERT INTO \(fixture.table("messages")) (chat_id, user_id, role, content)
                VALUES (2, 2, 'user', \(content))
                """,
                fixture
            )
        }
    }

    private func change(_ statement: BoundStatement, _ fixture: CaseFixture) async throws {
        try await fixture.engine.withConnection(.readWrite) { _ = try await $0.run(statement) }
    }

    private func with(_ way: Way, _ dialect: Dialect, _ body: (CaseFixture) async throws -> Void) async throws {
        let indexes: CaseIndexSet = way == .expert ? .expert : .seed
        try await CaseFixture.with(ChatCaseStudy(), dialect, size: .tenThousand, indexes: indexes, way: way, body)
    }

    private func count(_ fixture: CaseFixture) async throws -> Int? {
        try await fixture.engine.withConnection(.readOnly) { connection in
            try await connection.run("SELECT message_count FROM \(fixture.table("chats")) WHERE id = 2")[0]
                .decode(Int?.self, at: 0)
        }
    }

    private func liveMessages(_ fixture: CaseFixture) async throws -> Int {
        try await fixture.integer(
            "SELECT count(*) FROM \(fixture.table("messages")) WHERE chat_id = 2 AND deleted_at IS NULL"
        )
    }
}
