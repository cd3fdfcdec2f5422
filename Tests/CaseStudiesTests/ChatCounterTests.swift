import CaseStudies
import Martlet
import MartletCore
import Synchronization
import Testing

@Suite("Counters of the chat application")
struct ChatCounterTests {
    @Test("after 5,000 random changes with rollbacks every counter is right", arguments: Dialect.allCases)
    func randomChanges(dialect: Dialect) async throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        try await CaseFixture.with(ChatCaseStudy(), dialect, size: .tenThousand, indexes: .expert, way: .expert) {
            fixture in
            try await fixture.engine.withConnection(.readWrite) { connection in
                var changes = ChatChanges(seed: seed, fixture: fixture)
                while changes.made < 5_000 { try await changes.transaction(on: connection) }
            }
            #expect(try await fixture.violations(of: .expert) == [], "seed \(seed)")
        }
    }

    @Test("cascades, truncation, loads and stronger isolation count right on PostgreSQL")
    func specialChanges() async throws {
        try await CaseFixture.with(ChatCaseStudy(), .postgres, size: .tenThousand, indexes: .expert, way: .expert) {
            fixture in
            let messages = fixture.table("messages")
            let steps: [@Sendable (any Connection) async throws -> Void] = [
                { try await $0.run("DELETE FROM chat.chats WHERE id = 1") },
                { try await $0.run("UPDATE chat.messages SET chat_id = 3 WHERE chat_id = 2") },
                { try await $0.run("UPDATE chat.messages SET deleted_at = now()") },
                { try await $0.run("UPDATE chat.messages SET deleted_at = NULL WHERE id % 2 = 0") },
                { connection in
                    let rows: [[Value]] = (1...500).map { [.integer($0 % 50 + 2), 1, "user", "loaded"] }
                    let columns = ["chat_id", "user_id", "role", "content"]
                    _ = try await connection.load(rows, into: messages, columns: columns)
                },
                { connection in
                    for isolation in [Isolation.repeatableRead, .serializable] {
                        try await connection.transaction(isolation: isolation) { transaction in
                            try await transaction.run("DELETE FROM chat.messages WHERE chat_id = 3")
                            try await transaction.run(
                                "INSERT INTO chat.messages (chat_id, user_id, role, content) VALUES (3, 1, 'user', '')"
                            )
                        }
                    }
                },
                {
                    try await $0.run(
                        """
                        INSERT INTO chat.users (id, email, name) VALUES (1, 'user1@example.com', 'x'), (999, 'new', 'y')
                        ON CONFLICT (id) DO UPDATE SET name = excluded.name
                        """
                    )
                },
                { try await $0.run("TRUNCATE chat.messages") },
                { try await $0.run("TRUNCATE chat.chats CASCADE") },
            ]
            for (number, step) in steps.enumerated() {
                try await fixture.engine.withConnection(.readWrite, step)
                #expect(try await fixture.violations(of: .expert) == [], "step \(number)")
            }
        }
    }

    @Test("16 racing senders never exceed the limit, and every sent message is counted", arguments: Dialect.allCases)
    func racingSenders(dialect: Dialect) async throws {
        try await CaseFixture.with(ChatCaseStudy(), dialect, size: .tenThousand, indexes: .expert, way: .expert) {
            fixture in
            let messenger = ChatMessenger(messagesMax: 1_050)
            let accepted = Mutex(0)
            try await Race.run(on: fixture.engine) { _, connection in
                for _ in 0..<6 {
                    let draft = ChatMessenger.Draft(chatID: 2, userID: 2, content: "race")
                    if try await messenger.send(draft, .expert, on: connection) { accepted.withLock { $0 += 1 } }
                }
            }
            #expect(accepted.withLock { $0 } == 50)
            let live = try await fixture.integer(
                "SELECT count(*) FROM \(fixture.table("messages")) WHERE chat_id = 2 AND deleted_at IS NULL"
            )
            #expect(live == 1_050)
            #expect(try await fixture.violations(of: .expert) == [])
        }
    }

    @Test(
        "concurrent uploads lose counts as they were written before, and as the document has them; none now",
        arguments: Dialect.allCases
    )
    func racingUploads(dialect: Dialect) async throws {
        for way in [Way.before, .seed, .expert] {
            try await CaseFixture.with(ChatCaseStudy(), dialect, size: .tenThousand) { fixture in
                let start = try await fixture.integer(fileCount(fixture))
                let saved = try await upload(5, way, filesMax: 100_000, to: fixture)
                #expect(saved == 80)
                let counted = try await fixture.integer(fileCount(fixture)) - start
                if way == .expert { #expect(counted == 80) } else { #expect(counted < 80, "\(way.rawValue)") }
            }
        }
    }

    @Test(
        "of 16 uploads at once those are saved that the quota has room for, unless it is read before it is written",
        arguments: Dialect.allCases
    )
    func racingForQuota(dialect: Dialect) async throws {
        for way in [Way.seed, .expert] {
            try await CaseFixture.with(ChatCaseStudy(), dialect, size: .tenThousand) { fixture in
                let start = try await fixture.integer(fileCount(fixture))
                let saved = try await upload(1, way, filesMax: start + 5, to: fixture)
                if way == .expert { #expect(saved == 5) } else { #expect(saved > 5) }
            }
        }
    }

    private func fileCount(_ fixture: CaseFixture) -> BoundStatement {
        "SELECT file_upload_count FROM \(fixture.table("users")) WHERE id = 1"
    }

    /// Lets 16 upload so many files each, and returns how many were saved.
    private func upload(_ files: Int, _ way: Way, filesMax: Int, to fixture: CaseFixture) async throws -> Int {
        let accepted = Mutex(0)
        // A millisecond of distance, as between two machines of one rack, is enough.
        try await Race.run(on: DelayedEngine(fixture.engine, roundTripTime: .milliseconds(1))) { racer, connection in
            for number in 0..<files {
                let file = ChatUploads.File(
                    userID: 1,
                    chatID: 1,
                    storageKey: "race/\(racer)/\(number)",
                    name: "race.png",
                    sizeBytes: 1
                )
                if try await ChatUploads(filesMax: filesMax).save(file, way, on: connection) {
                    accepted.withLock { $0 += 1 }
                }
            }
        }
        let saved = try await fixture.integer(
            "SELECT count(*) FROM \(fixture.table("files")) WHERE storage_key LIKE 'race/%'"
        )
        #expect(saved == accepted.withLock { $0 }, "\(way.rawValue)")
        return saved
    }

    @Test("counters that are installed while others write are right", arguments: Dialect.allCases)
    func installedUnderWriters(dialect: Dialect) async throws {
        try await CaseFixture.with(ChatCaseStudy(), dialect, size: .tenThousand, indexes: .expert) { fixture in
            let progress = Progress()
            try await withThrowingTaskGroup { group in
                for writer in 0..<4 {
                    group.addTask {
                        try await fixture.engine.withConnection(.readWrite) { connection in
                            var changes = ChatChanges(seed: UInt64(writer), fixture: fixture, onlyMessages: true)
                            repeat {
                                try await changes.retryingTransaction(on: connection)
                                progress.transactions.withLock { $0 += 1 }
                            } while !progress.isInstalled.withLock { $0 }
                        }
                    }
                }
                group.addTask {
                    defer { progress.isInstalled.withLock { $0 = true } }
                    while progress.transactions.withLock({ $0 }) < 8 { try await Task.sleep(for: .milliseconds(1)) }
                    try await fixture.change(to: .expert)
                }
                try await group.waitForAll()
            }
            #expect(try await fixture.violations(of: .expert) == [])
        }
    }

    @Test("taken back, nothing is left of either migration, and it can be made again", arguments: Dialect.allCases)
    func takenBack(dialect: Dialect) async throws {
        try await CaseFixture.with(ChatCaseStudy(), dialect, size: .tenThousand, indexes: .seed) { fixture in
            let before = try await schemaObjects(fixture)
            for way in [Way.seed, .expert, .expert] {
                try await fixture.change(to: way)
                #expect(try await fixture.violations(of: way) == [])
                try await fixture.takeBack(way)
                #expect(try await schemaObjects(fixture) == before)
                #expect(try await fixture.violations(of: way) != [], "without counters, verify must fail")
                #expect(try await fixture.integer("SELECT count(*) FROM \(fixture.table("db_stats"))") == 0)
                #expect(
                    try await fixture.integer("SELECT count(message_count) FROM \(fixture.table("chats"))") == 0
                )
            }
        }
    }

    private final class Progress: Sendable {
        let transactions = Mutex(0)
        let isInstalled = Mutex(false)
    }

    /// All but the registry of counters, which the library leaves for the next.
    private func schemaObjects(_ fixture: CaseFixture) async throws -> [[Value]] {
        let query: BoundStatement =
            switch fixture.dialect {
            case .sqlite:
                """
                SELECT type, name, sql FROM sqlite_schema
                WHERE name NOT LIKE 'sqlite_%' AND name <> 'martlet_counters' ORDER BY 1, 2
                """
            case .postgres:
                """
                SELECT 'relation', relname::text FROM pg_class WHERE relnamespace = 'chat'::regnamespace
                UNION ALL SELECT 'function', proname::text FROM pg_proc WHERE pronamespace = 'chat'::regnamespace
                UNION ALL SELECT 'trigger', tgname::text FROM pg_trigger WHERE NOT tgisinternal
                UNION ALL SELECT 'default', pg_get_expr(adbin, adrelid) || attname FROM pg_attrdef
                  JOIN pg_attribute ON attrelid = adrelid AND attnum = adnum
                  WHERE attrelid::regclass::text NOT LIKE 'martlet.%'
                ORDER BY 1, 2
                """
            }
        return try await fixture.engine.withConnection(.readOnly) { try await $0.run(query).map(\.values) }
    }
}
