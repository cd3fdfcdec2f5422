import Martlet
import MartletCore
import MartletTesting
import Synchronization
import Testing

@Suite("Verifying and mending counters on PostgreSQL")
struct PostgresCounterRepairTests {
    /// A write that no trigger sees.
    struct UnseenWrite: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let table: CountedTable
        let script: String
        /// Gaps that stay until the counter is installed again.
        var gaps = 0
    }

    static let unseenWrites = [
        UnseenWrite(
            testDescription: "with session_replication_role = replica",
            table: .plain,
            script: """
                SET session_replication_role = replica; INSERT INTO messages (id, chat_id, size) VALUES (1001, 3, 2);
                DELETE FROM messages WHERE chat_id = 5; UPDATE messages SET chat_id = 50 WHERE chat_id = 6;
                """
        ),
        UnseenWrite(
            testDescription: "with a trigger disabled",
            table: .plain,
            script: """
                ALTER TABLE messages DISABLE TRIGGER USER;
                INSERT INTO messages (id, chat_id, size, body) VALUES (1001, 3, 2, 'x'), (1002, NULL, 1, 'x');
                """,
            gaps: 4
        ),
        UnseenWrite(
            testDescription: "without a trigger",
            table: .plain,
            script: """
                DROP TRIGGER martlet_by_chat_delete ON messages; DROP TRIGGER martlet_live_delete ON messages;
                DROP TRIGGER martlet_whole_delete ON messages; DROP TRIGGER martlet_size_sum_delete ON messages;
                DROP TRIGGER martlet_by_both_delete ON messages; DELETE FROM messages WHERE id > 50;
                """,
            gaps: 1
        ),
        UnseenWrite(
            testDescription: "of a partition that is attached with rows",
            table: .partitioned,
            script: """
                CREATE TABLE other (LIKE messages INCLUDING ALL);
                INSERT INTO other (id, chat_id, body, size) SELECT g, 3, 'b', 2 FROM generate_series(100000, 100009) g;
                ALTER TABLE messages ATTACH PARTITION other FOR VALUES FROM (100000) TO (200000);
                """,
            gaps: 4
        ),
        UnseenWrite(
            testDescription: "of a partition that is detached",
            table: .partitioned,
            script: "ALTER TABLE messages DETACH PARTITION messages_low; DELETE FROM messages_low WHERE chat_id = 2",
            gaps: 4
        ),
    ]

    @Test("a write that no trigger saw is reported and mended, once", arguments: unseenWrites)
    func unseen(_ write: UnseenWrite) async throws {
        let fixture = try await PostgresCounterFixture(write.table)
        try await fixture.run(write.script)
        for definition in CountedTable.definitions {
            let name = definition.name
            let verification = try await fixture.store.verify(name)
            #expect(verification.keysWrong > 0 && !verification.isExact, "\(verification)")
            #expect(verification.differences.count == min(verification.keysWrong, 10))
            // Updates of a table all of whose rows count call no trigger.
            let isLeftAlone = name == "whole" && write.table == .plain
            #expect(verification.gaps.count == (isLeftAlone ? min(3, write.gaps) : write.gaps), "\(verification.gaps)")
            if write.gaps > 0 {
                let refused = await #expect(throws: CounterError.self) { _ = try await fixture.store.fix(name) }
                #expect(refused?.code == .incomplete)
            }
            try await fixture.store.install(definition)
            let correction = try await fixture.store.fix(name)
            #expect(correction.keysCorrected == verification.keysWrong)
            #expect(try await fixture.store.fix(name).keysCorrected == 0)
        }
        try await fixture.run("INSERT INTO messages (id, chat_id, size) VALUES (60, 3, 2) ON CONFLICT DO NOTHING")
        try await fixture.expectAllExact()
    }

    @Test("a counter that was not initialised is counted at each read, and says so")
    func computed() async throws {
        let fixture = try await PostgresCounterFixture(CountedTable.plain.script)
        for definition in CountedTable.definitions { try await fixture.store.install(definition) }
        try await fixture.run("INSERT INTO messages (id, chat_id, size) VALUES (1001, 3, 2)")
        for (name, key, number) in [
            ("by_chat", [3], "11"), ("by_chat", [nil], "10"), ("live", [1], "8"), ("whole", .whole, "111"),
            ("by_both", [2, "text"], "10"), ("by_chat", [77], "0"), ("size_sum", [nil], "210"),
        ] as [(CounterName, CounterKey, String)] {
            let value = try await fixture.counters.value(of: name, for: key)
            #expect(value.number.description == number && value.isComputed, "\(name) \(key)")
        }
        #expect(try await fixture.store.verify("by_chat").isInitialised == false)
        let statuses = try await fixture.store.list()
        #expect(statuses.map(\.definition) == CountedTable.definitions.sorted { $0.name < $1.name })
        #expect(statuses.allSatisfy { $0.initialisedAt == nil })
        for definition in CountedTable.definitions {
            _ = try await fixture.store.initialise(definition.name, force: false)
            #expect(try await fixture.store.initialise(definition.name, force: false).keysChecked == nil)
            #expect(try await fixture.store.initialise(definition.name, force: true).keysCorrected == 0)
        }
        try await fixture.expectAllExact()
    }

    @Test(
        "a backfill that is ended goes on where it was, and ends at the same numbers",
        arguments: CountedTable.allCases
    )
    func resumedBackfill(_ table: CountedTable) async throws {
        let fixture = try await PostgresCounterFixture(table.script)
        let definition = CountedTable.definitions[0]
        try await fixture.store.install(definition)
        let options = BackfillOptions(batchSize: 3)
        let ending = Mutex<Task<Void, any Error>?>(nil)
        let batches = Mutex(0)
        let task = Task {
            _ = try await fixture.store.backfill(definition.name, options: options) { progress in
                let done = batches.withLock { batches in
                    batches += 1
                    return batches
                }
                #expect(progress.keysDone == done * 3)
                if done == 2 { ending.withLock { $0?.cancel() } }
            }
        }
        ending.withLock { $0 = task }
        await #expect(throws: (any Error).self) { try await task.value }
        #expect(batches.withLock { $0 } == 2)
        #expect(try await fixture.counters.value(of: definition.name, for: 1).isComputed)
        try await fixture.run("INSERT INTO messages (id, chat_id) VALUES (1001, 1), (1002, 9), (1003, NULL)")
        let rest = try await fixture.store.backfill(definition.name, options: options) { progress in
            #expect(progress.keysDone > 6)
        }
        #expect(rest.keysChecked == 5 && rest.keysCorrected == 5, "\(rest)")
        try await fixture.expectExact(definition)
        let again = try await fixture.store.backfill(definition.name, options: options) { _ in }
        #expect(again.keysChecked == nil && again.keysCorrected == 0)
    }

    @Test("folding leaves one delta for each key")
    func folding() async throws {
        let fixture = try await PostgresCounterFixture(CountedTable.plain)
        try await fixture.run(
            """
            DO $$ BEGIN FOR i IN 1001 .. 1300 LOOP
              INSERT INTO messages (id, chat_id, size) VALUES (i, nullif(i % 20, 0), 1);
              INSERT INTO messages (id, chat_id, body) VALUES (i + 1000, 3, 'text'); COMMIT;
            END LOOP; END $$
            """
        )
        for definition in CountedTable.definitions {
            let folding = try await fixture.store.fold(definition.name)
            let keys = try await fixture.store.verify(definition.name).keysChecked
            #expect(folding.rowsBefore > folding.rowsAfter && folding.rowsAfter <= keys, "\(folding)")
        }
        try await fixture.expectAllExact()
    }

    @Test("writers fold as they go")
    func foldingWriters() async throws {
        let fixture = try await PostgresCounterFixture(CountedTable.plain)
        try await fixture.run(
            """
            DO $$ BEGIN FOR i IN 1001 .. 9000 LOOP
              INSERT INTO messages (id, chat_id) VALUES (i, 3); COMMIT;
            END LOOP; END $$
            """
        )
        let rows = try await fixture.number("SELECT count(*) FROM martlet.counter_by_chat")
        #expect(rows < 1_000, "8,000 inserts leave \(rows) deltas")
        try await fixture.expectAllExact()
    }

    @Test("a read after a fold and a vacuum touches 8 buffers at most")
    func readBuffers() async throws {
        let fixture = try await PostgresCounterFixture(CountedTable.plain)
        try await fixture.run(
            """
            DO $$ BEGIN FOR i IN 1001 .. 9000 LOOP
              INSERT INTO messages (id, chat_id) VALUES (i, 3); COMMIT;
            END LOOP; END $$
            """
        )
        let before = try await buffersOfRead(fixture)
        _ = try await fixture.store.fold("by_chat")
        try await fixture.run("VACUUM martlet.counter_by_chat")
        let after = try await buffersOfRead(fixture)
        #expect(after <= 8, "\(after) buffers after the fold, \(before) before it")
    }

    /// Buffers that one read hits once the session has seen the catalog.
    private func buffersOfRead(_ fixture: PostgresCounterFixture) async throws -> Int {
        try await fixture.engine.withConnection(.readOnly) { connection in
            let explain: BoundStatement = "EXPLAIN (ANALYZE, BUFFERS) SELECT martlet.count('by_chat', 3)"
            for _ in 0..<3 { try await connection.run(explain) }
            let lines = try await connection.run(explain).map { try $0.decode(String.self, at: 0) }
            let line = try #require(lines.first { $0.contains("Buffers: shared hit=") })
            return try #require(line.split(separator: "=").last.flatMap { Int($0.prefix { $0.isNumber }) })
        }
    }

    @Test("deltas that a fold marked before it was rolled back are folded later")
    func foldingAfterRollback() async throws {
        let fixture = try await PostgresCounterFixture(CountedTable.plain)
        for id in 1_001...1_009 {
            try await fixture.run("INSERT INTO messages (id, chat_id) VALUES (\(id), 3)")
        }
        try await fixture.run("BEGIN; SELECT martlet.counter_by_chat_fold(3) FROM generate_series(1, 3); ROLLBACK")
        let count = "SELECT count(*) FROM martlet.counter_by_chat WHERE k1 = 3"
        #expect(try await fixture.number(count) >= 2)
        // One fold in 16 looks closer: 400 in a row that do not are a chance of 1 in 10^11.
        try await fixture.run("SELECT martlet.counter_by_chat_fold(3) FROM generate_series(1, 400)")
        #expect(try await fixture.number(count) == 1)
        #expect(
            try await fixture.number(
                "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = 1835230820"
            ) == 0
        )
        try await fixture.expectAllExact()
    }

    @Test("keys with a NULL are folded, however many of them have nothing to fold")
    func foldingNulls() async throws {
        let script = "CREATE TABLE rows (a int, b int)"
        let fixture = try await PostgresCounterFixture(script)
        try await fixture.add(
            CounterDefinition(
                name: "by_both",
                table: QualifiedName(schema: "public", name: "rows"),
                keyColumns: ["a", "b"]
            )
        )
        try await fixture.run("INSERT INTO rows SELECT i, NULL FROM generate_series(1, 1500) i")
        for _ in 0..<3 { try await fixture.run("INSERT INTO rows SELECT i, NULL FROM generate_series(1501, 1800) i") }
        #expect(try await fixture.store.fold("by_both").rowsAfter == 1_800)
        #expect(try await fixture.store.verify("by_both").isExact)
    }

    @Test("a pool gets its connection back as it was, without a lock and with its limits")
    func pooled() async throws {
        let fixture = try await PostgresCounterFixture(CountedTable.plain)
        var configuration = PoolConfiguration(max: 1)
        configuration.statementTimeout = .seconds(77)
        configuration.lockTimeout = .seconds(66)
        let pool = Pool(fixture.engine, configuration)
        let store = PostgresCounterStore(PooledEngine(pool))
        let table = QualifiedName(schema: "public", name: "messages")
        let added = CounterDefinition(name: "added", table: table, keyColumns: ["chat_id"])
        _ = try await store.install(added)
        _ = try await store.initialise("added", force: false)
        _ = try await store.backfill("added", options: BackfillOptions(skipsExisting: false)) { _ in }
        _ = try await store.fold("added") { _ in }
        #expect(try await store.verify("added").isExact)
        _ = try await store.list()
        // What fails half way leaves nothing either, nor does a task that is cancelled.
        await #expect(throws: CounterError.self) {
            _ = try await store.install(CounterDefinition(name: "added", table: table))
        }
        let cancelled = Task { _ = try? await store.fix("added") }
        cancelled.cancel()
        await cancelled.value
        try await store.remove("added")
        try await pool.withConnection { connection in
            let rows = try await connection.run(
                """
                SELECT current_setting('statement_timeout'), current_setting('lock_timeout'),
                  current_setting('application_name'), coalesce(current_setting('martlet.fold_closely', true), ''),
                  (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid())
                """
            )
            #expect(rows[0].values == ["77s", "66s", "martlet", "", 0], "\(rows)")
        }
        await pool.shutdown()
    }

    @Test("a snapshot that was taken before a fold has the same numbers after it")
    func foldingKeepsSnapshots() async throws {
        let fixture = try await PostgresCounterFixture(CountedTable.plain)
        try await fixture.run("INSERT INTO messages (id, chat_id) VALUES (1001, 3); DELETE FROM messages WHERE id = 1")
        try await fixture.engine.withConnection(.readWrite) { reader in
            try await reader.transaction(isolation: .repeatableRead) { reader in
                let before = try await fixture.counters.value(of: "by_chat", for: 3, on: reader)
                try await fixture.run("INSERT INTO messages (id, chat_id) VALUES (1002, 3), (1003, 3)")
                #expect(try await fixture.store.fold("by_chat").rowsBefore > 11)
                let after = try await fixture.counters.value(of: "by_chat", for: 3, on: reader)
                #expect(before.number.description == "11" && after == before)
            }
        }
        #expect(try await fixture.counters.value(of: "by_chat", for: 3).number.description == "13")
    }

    @Test("a counter is removed without a trace, also when its table is gone")
    func removal() async throws {
        for drop in ["SELECT 1", "DROP TABLE messages"] {
            let fixture = try await PostgresCounterFixture(CountedTable.partitioned)
            try await fixture.run(drop)
            for definition in CountedTable.definitions { try await fixture.store.remove(definition.name) }
            let traces = try await fixture.number(
                """
                SELECT (SELECT count(*) FROM pg_class WHERE relname LIKE 'counter\\_%' OR relname LIKE 'index\\_of\\_%')
                  + (SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'martlet%')
                  + (SELECT count(*) FROM pg_proc WHERE proname LIKE 'counter%\\_inserted')
                  + (SELECT count(*) FROM pg_namespace WHERE nspname = 'martlet')
                """
            )
            #expect(traces == 0)
            #expect(try await fixture.store.list().isEmpty)
        }
    }

    @Test("with the last counter goes what all share, but not what the application uses, nor another's tables")
    func removalOfShared() async throws {
        let fixture = try await PostgresCounterFixture(CountedTable.partitioned)
        let remains = "SELECT count(*) FROM pg_class WHERE relnamespace = to_regnamespace('martlet')::oid"
        try await fixture.run("CREATE VIEW lives AS SELECT martlet.count('live'::text) AS n")
        try await fixture.run("CREATE TABLE martlet.another (id int)")
        for definition in CountedTable.definitions { try await fixture.store.remove(definition.name) }
        #expect(try await fixture.number(remains) == 5)
        #expect(try await fixture.store.list().isEmpty)
        try await fixture.store.install(CountedTable.definitions[0])
        try await fixture.run("DROP VIEW lives")
        try await fixture.store.remove(CountedTable.definitions[0].name)
        #expect(try await fixture.number(remains) == 1)
    }

    @Test("after a dump of the schema alone, adding the counters again has them listed, and exact once initialised")
    func schemaOnly() async throws {
        let fixture = try await PostgresCounterFixture(CountedTable.partitioned)
        // As `pg_dump --schema-only` and psql leave it: all objects, no rows.
        try await fixture.run("TRUNCATE martlet.counters, martlet.reservations")
        #expect(try await fixture.store.list().isEmpty)
        for definition in CountedTable.definitions { try await fixture.store.install(definition) }
        let statuses = try await fixture.store.list()
        #expect(statuses.count == CountedTable.definitions.count)
        #expect(statuses.allSatisfy { $0.initialisedAt == nil && $0.gaps.isEmpty })
        for definition in CountedTable.definitions {
            _ = try await fixture.store.initialise(definition.name, force: false)
            #expect(try await fixture.store.verify(definition.name).isExact)
        }
    }
}
