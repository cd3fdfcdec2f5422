import Martlet
import MartletCore
import MartletTesting
import Synchronization
import Testing

@Suite("Filling and mending a column of a parent on PostgreSQL")
struct PostgresParentRepairTests {
    private static let definition = PostgresParentFixture.definitions[0]
    private static let script = CountedTable.plain.script + PostgresParentFixture.columns

    @Test("a column that was not filled stays NULL, is counted at each read, and a parent that comes is filled")
    func unfilled() async throws {
        let fixture = try await PostgresCounterFixture(Self.script)
        try await fixture.store.install(Self.definition)
        try await fixture.run(
            """
            INSERT INTO messages (id, chat_id) VALUES (1001, 3); INSERT INTO chats (id) VALUES (30);
            INSERT INTO messages (id, chat_id) VALUES (1002, 30);
            """
        )
        #expect(try await fixture.number("SELECT count(*) FROM chats WHERE message_count IS NULL") == 21)
        for (key, number) in [([3], "11"), ([30], "1"), ([nil], "10"), ([77], "0")] as [(CounterKey, String)] {
            let value = try await fixture.counters.value(of: "by_chat", for: key)
            #expect(value.number.description == number && value.isComputed)
        }
        let correction = try await fixture.store.initialise("by_chat", force: false)
        #expect(correction.keysChecked == 22 && correction.keysCorrected == 21)
        #expect(try await fixture.store.verify("by_chat").isExact)
        #expect(try await fixture.store.initialise("by_chat", force: false).keysChecked == nil)
        #expect(try await fixture.store.list().map(\.definition) == [Self.definition])
        let values = try await fixture.counters.values(of: "by_chat", for: [3, [nil], 30, 77])
        #expect(values.mapValues(\.number.description) == [3: "11", [nil]: "10", 30: "1", 77: "0"])
        #expect(values.mapValues(\.isComputed) == [3: false, [nil]: true, 30: false, 77: true])
        let folding = try await fixture.store.fold("by_chat")
        #expect(folding.rowsBefore == 0 && folding.rowsAfter == 0)
    }

    @Test("a writer of children holds the lock of a parent that has not been filled, and the filling waits for it")
    func lockOfUnfilled() async throws {
        let fixture = try await PostgresCounterFixture(Self.script)
        try await fixture.store.install(Self.definition)
        try await fixture.engine.withConnection(.readWrite) { writer in
            let filling = try await writer.transaction { writer in
                try await writer.run("INSERT INTO messages (id, chat_id) VALUES (1001, 3)")
                let filling = Task { try await fixture.store.initialise("by_chat", force: false) }
                let waits =
                    "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'transactionid' AND datname = "
                    + "'\(fixture.name)' AND application_name = 'martlet counter'"
                var isWaiting = false
                for _ in 0..<3_000 where !isWaiting {
                    isWaiting = try await fixture.number(waits) > 0
                    if !isWaiting { try await Task.sleep(for: .milliseconds(10)) }
                }
                #expect(isWaiting)
                // Whoever writes to another chat is not held up by the filling meanwhile.
                try await fixture.run(
                    "SET lock_timeout = '500ms'; INSERT INTO messages (id, chat_id) VALUES (1002, 2), (1003, 4)"
                )
                return filling
            }
            #expect(try await filling.value.keysCorrected == 21)
        }
        #expect(try await fixture.number("SELECT message_count FROM chats WHERE id = 3") == 11)
        #expect(try await fixture.store.verify("by_chat").isExact)
    }

    @Test("a backfill that is ended goes on where it was")
    func resumedBackfill() async throws {
        let fixture = try await PostgresCounterFixture(Self.script)
        try await fixture.store.install(Self.definition)
        let options = BackfillOptions(batchSize: 4)
        let ending = Mutex<Task<Void, any Error>?>(nil)
        let task = Task {
            _ = try await fixture.store.backfill("by_chat", options: options) { progress in
                if progress.keysDone == 8 { ending.withLock { $0?.cancel() } }
            }
        }
        ending.withLock { $0 = task }
        await #expect(throws: (any Error).self) { try await task.value }
        #expect(try await fixture.number("SELECT count(message_count) FROM chats") == 8)
        try await fixture.run("INSERT INTO messages (id, chat_id) VALUES (1001, 1), (1002, 9), (1003, NULL)")
        let rest = try await fixture.store.backfill("by_chat", options: options) { progress in
            #expect(progress.keysDone > 8)
        }
        #expect(rest.keysChecked == 13 && rest.keysCorrected == 13, "\(rest)")
        #expect(try await fixture.store.verify("by_chat").isExact)
        try await fixture.run("UPDATE chats SET message_count = NULL WHERE id < 3")
        let again = try await fixture.store.backfill("by_chat", options: options) { _ in }
        #expect(again.keysCorrected == 3)
    }

    @Test("a number that somebody wrote over is reported and mended, and the right ones are left alone")
    func writtenOver() async throws {
        let fixture = try await PostgresParentFixture(.plain)
        try await fixture.base.run("UPDATE chats SET message_count = message_count + 2, size_sum = NULL WHERE id > 17")
        let found = try await fixture.base.store.verify("by_chat")
        #expect(found.keysWrong == 3 && found.differences.map(\.key) == [18, 19, 20])
        #expect(found.totalKept.description == "106" && found.totalCounted.description == "100")
        #expect(try await fixture.base.store.verify("size_sum").differences.first?.kept == nil)
        for name in ["by_chat", "size_sum"] as [CounterName] {
            #expect(try await fixture.base.store.fix(name).keysCorrected == 3)
            #expect(try await fixture.base.store.fix(name).keysCorrected == 0)
        }
        try await fixture.expectAllExact()
    }

    @Test("missing and disabled triggers and a foreign key that is gone are reported, and installed again")
    func gaps() async throws {
        let fixture = try await PostgresParentFixture(.plain)
        try await fixture.base.run(
            """
            DROP TRIGGER martlet_by_chat_parent_insert ON chats; DROP TRIGGER martlet_by_chat_insert ON messages;
            ALTER TABLE chats DISABLE TRIGGER martlet_by_chat_settle_update;
            ALTER TABLE messages DROP CONSTRAINT messages_chat_id_fkey;
            INSERT INTO chats (id) VALUES (40); INSERT INTO messages (id, chat_id) VALUES (1001, 40);
            """
        )
        let broken = try await fixture.base.store.verify("by_chat")
        #expect(broken.gaps.count == 4 && broken.keysWrong == 1, "\(broken)")
        let error = await #expect(throws: CounterError.self) {
            try await fixture.base.store.install(Self.definition)
        }
        #expect(error?.message.contains("foreign key") == true)
        try await fixture.base.run(
            """
            ALTER TABLE messages ADD FOREIGN KEY (chat_id) REFERENCES chats (id)
              ON DELETE CASCADE ON UPDATE CASCADE
            """
        )
        try await fixture.base.store.install(Self.definition)
        #expect(try await fixture.base.store.verify("by_chat").gaps.isEmpty)
        _ = try await fixture.base.store.fix("by_chat")
        try await fixture.expectAllExact()
    }

    @Test("writers without a common order of parents end exact beside fix and backfill", .timeLimit(.minutes(2)))
    func besideWriters() async throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed \(seed)")
        let fixture = try await PostgresParentFixture(.plain)
        let store = fixture.base.store
        let committed = try await RandomWriters(fixture.base.engine, seed: seed)
            .run {
                for _ in 0..<3 {
                    try await fixture.base.run(
                        "SET session_replication_role = replica; DELETE FROM messages WHERE id = 7"
                    )
                    for definition in PostgresParentFixture.definitions {
                        let name = definition.name
                        async let fixed = store.fix(name)
                        async let filled = store.backfill(name, options: .init(batchSize: 3, skipsExisting: false)) {
                            _ in
                        }
                        _ = try await (fixed, filled)
                        let verification = try await store.verify(name)
                        #expect(verification.isExact, "seed \(seed): \(verification)")
                    }
                }
            }
        #expect(committed > 20)
        try await fixture.expectAllExact("seed \(seed)")
    }

    @Test("statements that touch the same parents in other orders of rows never meet in a deadlock")
    func orderedLocks() async throws {
        let fixture = try await PostgresParentFixture(.plain)
        let engine = fixture.base.engine
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<8 {
                group.addTask {
                    try await engine.withConnection(.readWrite) { connection in
                        for turn in 0..<40 {
                            let order = writer.isMultiple(of: 2) ? "ASC" : "DESC"
                            let first = 10_000 + (writer * 40 + turn) * 20
                            try await connection.run(
                                """
                                INSERT INTO messages (id, chat_id) SELECT \(first)::int + g, g
                                FROM generate_series(1, 20) g ORDER BY g \(unsafeSQL: order)
                                """
                            )
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await fixture.base.number("SELECT count(*) FROM messages") == 6_510)
        try await fixture.expectAllExact()
    }

    @Test("a counter in a parent is removed but for the column, and its SQL is shown")
    func removal() async throws {
        let fixture = try await PostgresParentFixture(.partitioned)
        let store = fixture.base.store
        let actions: [(CounterAction, String)] = [
            (.install(Self.definition), "ON CONFLICT (name) DO NOTHING"),
            (.initialise("by_chat"), "by_chat is initialised: there is nothing to do"),
            (.backfill("by_chat", .init()), "IS NULL"),
            (.verify("by_chat"), "message_count"), (.fix("by_chat"), "FOR NO KEY UPDATE"),
            (.fold("by_chat"), "nothing to fold"),
            (.remove("by_chat"), "DROP TRIGGER IF EXISTS \"martlet_by_chat_parent_insert\" ON chats"),
        ]
        for (action, part) in actions {
            let script = try await store.script(of: action)
            #expect(script.contains(part), "\(script)")
        }
        let removal = try await store.script(of: .remove("live"))
        try await fixture.base.run(removal)
        for name in ["by_chat", "size_sum"] as [CounterName] { try await store.remove(name) }
        let traces = try await fixture.base.number(
            """
            SELECT (SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'martlet%')
              + (SELECT count(*) FROM pg_proc WHERE proname LIKE 'counter\\_by%')
              + (SELECT count(*) FROM pg_namespace WHERE nspname = 'martlet')
            """
        )
        #expect(traces == 0)
        try await fixture.base.run("INSERT INTO messages (id, chat_id) VALUES (1001, 1)")
        #expect(try await fixture.base.number("SELECT message_count FROM chats WHERE id = 1") == 10)
    }
}
