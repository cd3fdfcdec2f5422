import Martlet
import MartletCore
import MartletTesting
import Synchronization
import Testing

@Suite("Repair of counters of SQLite")
struct SQLiteRepairTests {
    private static let messages = SQLiteCounterStoreTests.messages
    private static let counters = [
        SQLiteCounterStoreTests.live,
        .of("messages"),
        .of("messages", by: ["chat_id"], where: "deleted_at IS NULL", into: ("chats", "message_count")),
    ]

    @Test("a missing trigger is reported, and fix makes it and the numbers right", arguments: counters)
    func missingTrigger(_ counter: CounterDefinition) async throws {
        try await SQLiteCounterFixture.with(Self.messages, counters: [counter]) { fixture in
            try await fixture.connection.runScript(
                "DROP TRIGGER martlet_insert_tested; INSERT INTO messages (chat_id) VALUES (1), (1), (3)"
            )
            let broken = try await fixture.store.verify("tested")
            #expect(broken.gaps.count == 1 && broken.keysWrong > 0 && !broken.isExact)
            #expect(broken.differences.count == broken.keysWrong)
            #expect(try await fixture.store.fix("tested").keysCorrected == broken.keysWrong)
            try await fixture.expectExact(counter)
            #expect(try await fixture.store.fix("tested").keysCorrected == 0)
            try await fixture.connection.run("INSERT INTO messages (chat_id) VALUES (1)")
            try await fixture.expectExact(counter)
        }
    }

    @Test("until a trigger that was missing is made up for by fix, numbers are computed")
    func reinstalled() async throws {
        try await SQLiteCounterFixture.with(Self.messages, counters: [SQLiteCounterStoreTests.live]) { fixture in
            try await fixture.connection.runScript(
                "DROP TRIGGER martlet_insert_tested; INSERT INTO messages (chat_id) VALUES (1), (3)"
            )
            try await fixture.store.install(SQLiteCounterStoreTests.live)
            #expect(try await fixture.store.value(of: "tested", for: 1, on: fixture.connection) == .computed(3))
            #expect(try await fixture.store.initialise("tested", force: false).keysCorrected == 2)
            try await fixture.expectExact(SQLiteCounterStoreTests.live)
        }
    }

    @Test("a number that somebody wrote over is reported and mended, the first differences in order of keys")
    func writtenOver() async throws {
        try await SQLiteCounterFixture.with(
            "CREATE TABLE t (k INTEGER); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50) "
                + "INSERT INTO t SELECT i FROM n;",
            counters: [.of("t", by: ["k"])]
        ) { fixture in
            try await fixture.connection.runScript(
                "UPDATE martlet_counter_tested SET n = n + 2 WHERE k1 > 30; "
                    + "DELETE FROM martlet_counter_tested WHERE k1 = 3"
            )
            let found = try await fixture.store.verify("tested")
            #expect(found.keysChecked == 50 && found.keysWrong == 21 && found.gaps.isEmpty)
            #expect(found.differences.map(\.key) == [3] + (31...39).map { CounterKey($0) })
            #expect(found.differences.first?.kept == nil)
            #expect(found.totalKept.description == "89" && found.totalCounted.description == "50")
            #expect(try await fixture.store.fix("tested").keysCorrected == 21)
            #expect(try await fixture.store.fix("tested").keysCorrected == 0)
            try await fixture.expectExact(.of("t", by: ["k"]))
        }
    }

    @Test("a backfill that was ended resumes, and gives what one run gives", arguments: counters)
    func backfill(_ counter: CounterDefinition) async throws {
        let many = """
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)
            INSERT INTO chats (id, title) SELECT i + 10, 'x' FROM n;
            INSERT INTO messages (chat_id) SELECT id FROM chats;
            """
        try await SQLiteCounterFixture.with(Self.messages + many) { fixture in
            try await fixture.store.install(counter)
            try await fixture.connection.run("DELETE FROM messages WHERE id = 1")
            let store = fixture.store
            let batches = Mutex(0)
            let task = Task {
                try await store.backfill("tested", options: BackfillOptions(throttle: .milliseconds(2))) { _ in
                    if batches.withLock({
                        $0 += 1; return $0
                    }) == 3 {
                        withUnsafeCurrentTask { $0?.cancel() }
                    }
                }
            }
            let ended = await task.result
            if !counter.keyColumns.isEmpty { #expect(throws: (any Error).self) { try ended.get() } }
            try await fixture.connection.run("INSERT INTO messages (chat_id) VALUES (1), (2000), (2001)")
            _ = try await fixture.store.backfill("tested", options: BackfillOptions()) { _ in }
            try await fixture.expectExact(counter)
            #expect(try await fixture.store.fix("tested").keysCorrected == 0)
        }
    }

    @Test("backfill, verify and fix are right beside a writer, and two of them beside each other", arguments: counters)
    func besideWriter(_ counter: CounterDefinition) async throws {
        try await SQLiteCounterFixture.with(Self.messages) { fixture in
            try await fixture.store.install(counter)
            let isDone = Mutex(false)
            let engine = fixture.database.engine
            let writer = Task {
                try await engine.withConnection(.readWrite) { connection in
                    var slowest = Duration.zero
                    var number = 0
                    while !isDone.withLock({ $0 }) {
                        number += 1
                        let start = ContinuousClock.now
                        try await connection.run("INSERT INTO messages (chat_id) VALUES (\(number % 3 + 1))")
                        try await connection.run("UPDATE messages SET chat_id = 2 WHERE id = \(number / 2)")
                        slowest = max(slowest, ContinuousClock.now - start)
                        try await Task.sleep(for: .milliseconds(1))
                    }
                    return number
                }
            }
            let store = fixture.store
            for _ in 0..<5 {
                try await fixture.connection.run("UPDATE martlet_counters SET generation = generation + 1")
                if counter.parent == nil {
                    try await fixture.connection.run("UPDATE martlet_counter_tested SET n = n + 5")
                }
                async let first = store.fix("tested")
                async let second = store.backfill("tested", options: .init(batchSize: 1, skipsExisting: false)) { _ in }
                _ = try await (first, second)
                #expect(try await store.verify("tested").isExact)
            }
            isDone.withLock { $0 = true }
            #expect(try await writer.value > 10)
            try await fixture.expectExact(counter)
        }
    }

    @Test("a later trigger that may skip those of a counter is reported, until the counter is added again")
    func skipping() async throws {
        let counter = CounterDefinition.of("messages")
        try await SQLiteCounterFixture.with(Self.messages, counters: [counter]) { fixture in
            try await fixture.connection.runScript(
                """
                CREATE TRIGGER harmless BEFORE INSERT ON messages WHEN NEW.id = 0 BEGIN SELECT raise(IGNORE); END;
                CREATE TRIGGER skipping AFTER INSERT ON messages WHEN NEW.body = 'q' BEGIN SELECT raise(IGNORE); END;
                INSERT INTO messages (body) VALUES ('q');
                """
            )
            let found = try await fixture.store.verify("tested")
            #expect(found.keysWrong == 1 && found.gaps.count == 1 && found.gaps.first?.contains("skipping") == true)
            try await fixture.store.remove("tested")
            try await fixture.store.install(counter)
            _ = try await fixture.store.initialise("tested", force: false)
            try await fixture.connection.run("INSERT INTO messages (body) VALUES ('q')")
            try await fixture.expectExact(counter)
        }
    }

    @Test("what PRAGMA writable_schema did to a trigger, and a unique index made since, are reported and mended")
    func changedSchema() async throws {
        try await SQLiteCounterFixture.with(Self.messages, counters: [.of("messages")]) { fixture in
            try await fixture.connection.run("CREATE UNIQUE INDEX once ON messages (body)")
            #expect(try await fixture.store.verify("tested").gaps.count == 3)
            _ = try await fixture.store.fix("tested")
            try await fixture.connection.run("REPLACE INTO messages (chat_id, body) VALUES (1, 'x')")
            try await fixture.expectExact(.of("messages"))
            try await fixture.connection.runScript(
                """
                PRAGMA writable_schema = ON;
                UPDATE sqlite_schema SET sql = replace(sql, 'n + 1', 'n + 2') WHERE name = 'martlet_insert_tested';
                PRAGMA writable_schema = RESET;
                INSERT INTO messages (body) VALUES ('w');
                """
            )
            let found = try await fixture.store.verify("tested")
            #expect(found.keysWrong == 1 && found.gaps.count == 1)
            #expect(try await fixture.store.fix("tested").keysCorrected == 1)
            try await fixture.expectExact(.of("messages"))
        }
    }
}
