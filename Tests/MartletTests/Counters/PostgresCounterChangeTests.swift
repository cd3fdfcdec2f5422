import Martlet
import MartletCore
import MartletTesting
import Testing

@Suite("Changes that counters on PostgreSQL see")
struct PostgresCounterChangeTests {
    @Test("counters are exact after", arguments: CounterChange.all, CountedTable.allCases)
    func change(_ change: CounterChange, in table: CountedTable) async throws {
        guard table == .plain || !change.isForPlainTablesOnly else { return }
        let fixture = try await PostgresCounterFixture(table)
        try await fixture.run(change.script)
        #expect(try await fixture.number("SELECT count(*) FROM messages") == change.rows)
        try await fixture.expectAllExact()
    }

    @Test("a load of many rows is counted", arguments: CountedTable.allCases)
    func load(_ table: CountedTable) async throws {
        let fixture = try await PostgresCounterFixture(table)
        try await fixture.engine.withConnection(.readWrite) { connection in
            let rows: [[Value]] = (1_000..<6_000).map { [.integer($0), $0 % 9 == 0 ? nil : .integer($0 % 20), "b"] }
            _ = try await connection.load(rows, into: CountedTable.name, columns: ["id", "chat_id", "body"])
        }
        #expect(try await fixture.number("SELECT count(*) FROM messages") == 5_110)
        try await fixture.expectAllExact()
    }

    @Test("prepared transactions count once they are committed", arguments: CountedTable.allCases)
    func twoPhases(_ table: CountedTable) async throws {
        let fixture = try await PostgresCounterFixture(table)
        let name = fixture.name
        try await fixture.run(
            """
            BEGIN; INSERT INTO messages (id, chat_id, size) VALUES (1001, 3, 4); DELETE FROM messages WHERE id = 1;
            PREPARE TRANSACTION '\(name)_kept';
            BEGIN; INSERT INTO messages (id, chat_id) VALUES (1002, 3); PREPARE TRANSACTION '\(name)_undone';
            """
        )
        try await fixture.expectAllExact()
        try await fixture.run("COMMIT PREPARED '\(name)_kept'")
        try await fixture.run("ROLLBACK PREPARED '\(name)_undone'")
        #expect(try await fixture.number("SELECT count(*) FROM messages") == 110)
        #expect(try await fixture.counters.value(of: "by_chat", for: 3).number.description == "11")
        try await fixture.expectAllExact()
    }

    @Test(
        "writes to a partition itself are counted",
        arguments: [
            "INSERT INTO messages_low (id, chat_id, size) VALUES (-1, 3, 2), (-2, 4, 2)",
            "UPDATE messages_low SET chat_id = 9", "DELETE FROM messages_even WHERE id < 90", "TRUNCATE messages_odd",
            "UPDATE messages_high SET id = id + 1000, chat_id = 7", "TRUNCATE messages_high, messages_low",
            "BEGIN; TRUNCATE messages_low; INSERT INTO messages_low (id, chat_id) VALUES (-1, 3); COMMIT",
        ]
    )
    func partitions(_ change: String) async throws {
        let fixture = try await PostgresCounterFixture(.partitioned)
        try await fixture.run(change)
        try await fixture.expectAllExact()
    }

    @Test(
        "rows that are lost on their way to another partition are counted, alone and among others",
        arguments: ["id = 1", "id IN (1, 2)", "id IN (1, 3)", "id IN (1, 2, 3, 4)", "true"],
        [true, false]
    )
    func lostRows(_ condition: String, intoParents: Bool) async throws {
        let parents = intoParents ? try await PostgresParentFixture(.partitioned) : nil
        let counters = intoParents ? nil : try await PostgresCounterFixture(.partitioned)
        try await (parents?.base ?? counters)?
            .run(
                """
                CREATE FUNCTION lose() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                  IF NEW.id % 4 = 1 THEN RETURN NULL; END IF; RETURN NEW; END $$;
                CREATE TRIGGER lose BEFORE INSERT ON messages_odd FOR EACH ROW EXECUTE FUNCTION lose();
                CREATE TRIGGER lose BEFORE INSERT ON messages_even FOR EACH ROW EXECUTE FUNCTION lose();
                UPDATE messages SET id = id + 1000 WHERE \(condition);
                """
            )
        try await parents?.expectAllExact()
        try await counters?.expectAllExact()
    }

    @Test(
        "an update calls no trigger of a counter of all rows, unless it may lose some",
        arguments: CountedTable.allCases
    )
    func updatesLeftAlone(_ table: CountedTable) async throws {
        let fixture = try await PostgresCounterFixture(table)
        let triggers = "SELECT count(*) FROM pg_trigger WHERE tgname ="
        #expect(try await fixture.number("\(triggers) 'martlet_by_chat_update'") == (table == .plain ? 1 : 5))
        #expect(try await fixture.number("\(triggers) 'martlet_whole_update'") == (table == .plain ? 0 : 5))
    }

    @Test("a trigger for updates that nobody needs any more does no harm, and goes with its counter")
    func needlessTrigger() async throws {
        let fixture = try await PostgresCounterFixture(CountedTable.plain)
        try await fixture.run(
            """
            CREATE FUNCTION martlet.counter_whole_updated() RETURNS trigger LANGUAGE plpgsql
              AS $$ BEGIN RETURN NULL; END $$;
            CREATE TRIGGER martlet_whole_update AFTER UPDATE ON messages REFERENCING OLD TABLE AS removed
              NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION martlet.counter_whole_updated();
            UPDATE messages SET body = 'other';
            """
        )
        try await fixture.expectAllExact()
        try await fixture.store.install(CounterDefinition(name: "whole", table: CountedTable.name))
        try await fixture.expectAllExact()
        try await fixture.store.remove("whole")
        #expect(try await fixture.number("SELECT count(*) FROM pg_proc WHERE proname ~ '^counter_whole_'") == 0)
    }

    @Test("the least of all integers is added up and taken away again", arguments: ["integer", "bigint"])
    func leastInteger(_ type: String) async throws {
        let least = type == "integer" ? "\(Int32.min)" : "\(Int64.min)"
        let fixture = try await PostgresCounterFixture("CREATE TABLE t (id int PRIMARY KEY, v \(type));")
        let definition = CounterDefinition(name: "v", table: QualifiedName(schema: "public", name: "t"), sum: "v")
        try await fixture.add(definition)
        try await fixture.run(
            """
            INSERT INTO t VALUES (1, \(least)), (2, \(least)), (3, \(least)), (4, 5); UPDATE t SET v = 7 WHERE id = 1;
            DELETE FROM t WHERE id = 2; DELETE FROM t;
            """
        )
        #expect(try await fixture.store.verify("v").isExact)
    }

    @Test("TRUNCATE of partitions is refused where its snapshot may be older than its lock")
    func truncationInOldSnapshot() async throws {
        let fixture = try await PostgresCounterFixture(.partitioned)
        for table in ["messages", "messages_low"] {
            let error = await #expect(throws: EngineError.self) {
                try await fixture.run("BEGIN ISOLATION LEVEL REPEATABLE READ; TRUNCATE \(table); COMMIT")
            }
            #expect(error?.description.contains("READ COMMITTED") == true)
        }
        try await fixture.expectAllExact()
    }

    @Test("a partition that comes later is a gap until the counter is installed again")
    func newPartition() async throws {
        let fixture = try await PostgresCounterFixture(.partitioned)
        try await fixture.run(
            "CREATE TABLE messages_new PARTITION OF messages FOR VALUES FROM (100000) TO (200000)"
        )
        try await fixture.run("INSERT INTO messages (id, chat_id) VALUES (150000, 3)")
        for definition in CountedTable.definitions {
            let verification = try await fixture.store.verify(definition.name)
            #expect(verification.keysWrong == 0 && verification.gaps.count == 4, "\(verification)")
            // What was written to the partition alone was not seen: until it is counted, readers count.
            #expect(try await fixture.add(definition).keysCorrected == 0)
        }
        try await fixture.run("INSERT INTO messages_new (id, chat_id) VALUES (150001, 3); TRUNCATE messages_new")
        try await fixture.run("INSERT INTO messages_new (id, chat_id) VALUES (150001, 3)")
        try await fixture.expectAllExact()
    }
}
