import Martlet
import MartletCore
import MartletTesting
import Testing

@Suite("Changes that reach a column of a parent on PostgreSQL")
struct PostgresParentChangeTests {
    @Test("columns of parents are exact after", arguments: CounterChange.all + changes, CountedTable.allCases)
    func change(_ change: CounterChange, in table: CountedTable) async throws {
        guard !change.isForPlainTablesOnly else { return }
        let fixture = try await PostgresParentFixture(table)
        try await fixture.base.run(change.script)
        #expect(try await fixture.base.number("SELECT count(*) FROM messages") == change.rows)
        try await fixture.expectAllExact()
    }

    /// What happens to parents, alone and together with their children.
    static let changes = [
        CounterChange("parents come", rows: 110, "INSERT INTO chats (id, message_count) VALUES (50, 9), (51, NULL)"),
        CounterChange(
            "a parent comes with its children in one statement",
            rows: 112,
            """
            WITH c AS (INSERT INTO chats (id) VALUES (50) RETURNING id)
            INSERT INTO messages (id, chat_id) SELECT 1000 + g, c.id FROM c, generate_series(1, 2) g
            """
        ),
        CounterChange(
            "children come before their parent in one statement",
            rows: 112,
            """
            WITH c AS (INSERT INTO chats (id) VALUES (50))
            INSERT INTO messages (id, chat_id, size) VALUES (1001, 50, 1), (1002, 50, 2)
            """
        ),
        CounterChange(
            "parents exchange their keys",
            rows: 110,
            """
            ALTER TABLE messages DROP CONSTRAINT messages_chat_id_fkey; ALTER TABLE chats DROP CONSTRAINT chats_pkey;
            ALTER TABLE chats ADD PRIMARY KEY (id) DEFERRABLE INITIALLY IMMEDIATE;
            ALTER TABLE chats ADD UNIQUE (id);
            DELETE FROM messages WHERE chat_id = 2;
            INSERT INTO messages (id, chat_id) VALUES (12, 2), (22, 2), (32, 2);
            INSERT INTO messages (id, chat_id) SELECT g, 7 FROM generate_series(1001, 1007) g;
            ALTER TABLE messages ADD CONSTRAINT messages_chat_id_fkey FOREIGN KEY (chat_id) REFERENCES chats (id)
              ON UPDATE CASCADE ON DELETE CASCADE;
            UPDATE chats SET id = 100 WHERE id = 2; UPDATE chats SET id = 2 WHERE id = 3;
            UPDATE chats SET id = 3 WHERE id = 100;
            """
        ),
        CounterChange("all parents move up by ten", rows: 110, "UPDATE chats SET id = id + 100, title = 'moved'"),
        CounterChange(
            "a trigger makes the parent of a row",
            rows: 113,
            """
            CREATE FUNCTION ensure() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
              INSERT INTO chats (id) VALUES (NEW.chat_id) ON CONFLICT DO NOTHING; RETURN NEW; END $$;
            CREATE TRIGGER ensure BEFORE INSERT ON messages FOR EACH ROW EXECUTE FUNCTION ensure();
            INSERT INTO messages (id, chat_id) VALUES (1001, 60), (1002, 61), (1003, 60);
            """
        ),
        CounterChange(
            "a trigger makes a parent again that goes with its children",
            rows: 100,
            """
            CREATE FUNCTION again() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
              INSERT INTO chats (id) VALUES (OLD.id); RETURN NULL; END $$;
            CREATE TRIGGER zagain AFTER DELETE ON chats FOR EACH ROW EXECUTE FUNCTION again();
            DELETE FROM chats WHERE id = 4
            """
        ),
        CounterChange(
            "parents are written by others, other columns only",
            rows: 111,
            """
            BEGIN; UPDATE chats SET title = 'x'; INSERT INTO messages (id, chat_id) VALUES (1001, 2);
            UPDATE chats SET id = id, title = 'y'; COMMIT
            """
        ),
    ]

    @Test("a load of many rows reaches its parents")
    func load() async throws {
        let fixture = try await PostgresParentFixture(.partitioned)
        try await fixture.base.engine.withConnection(.readWrite) { connection in
            let rows: [[Value]] = (1_000..<6_000).map { [.integer($0), $0 % 9 == 0 ? nil : .integer($0 % 20), "b"] }
            _ = try await connection.load(rows, into: CountedTable.name, columns: ["id", "chat_id", "body"])
        }
        try await fixture.expectAllExact()
    }

    @Test("TRUNCATE is refused where its snapshot may be older than its lock", arguments: CountedTable.allCases)
    func truncation(_ table: CountedTable) async throws {
        let fixture = try await PostgresParentFixture(table)
        let error = await #expect(throws: EngineError.self) {
            try await fixture.base.run("BEGIN ISOLATION LEVEL REPEATABLE READ; TRUNCATE messages; COMMIT")
        }
        #expect(error?.message.contains("READ COMMITTED") == true)
        try await fixture.expectAllExact()
    }

    @Test("cascades that move a parent and its children by two ways are counted once")
    func doubleCascade() async throws {
        let fixture = try await PostgresCounterFixture(
            """
            CREATE TABLE tenants (id int PRIMARY KEY);
            CREATE TABLE items (id int PRIMARY KEY, tenant int, chat int);
            CREATE TABLE rooms (tenant int, id int, n int, PRIMARY KEY (tenant, id));
            CREATE INDEX ON items (chat, tenant);
            ALTER TABLE items ADD CONSTRAINT a FOREIGN KEY (tenant) REFERENCES tenants ON UPDATE CASCADE;
            ALTER TABLE rooms ADD CONSTRAINT b FOREIGN KEY (tenant) REFERENCES tenants ON UPDATE CASCADE;
            ALTER TABLE items ADD CONSTRAINT c FOREIGN KEY (tenant, chat) REFERENCES rooms ON UPDATE CASCADE
              ON DELETE CASCADE;
            INSERT INTO tenants VALUES (1), (2); INSERT INTO rooms VALUES (1, 1), (1, 2), (2, 1);
            INSERT INTO items SELECT g, 1 + g % 2, 1 FROM generate_series(1, 9) g;
            """
        )
        let definition = CounterDefinition(
            name: "item_count",
            table: QualifiedName(schema: "public", name: "items"),
            keyColumns: ["chat", "tenant"],
            parent: CounterDefinition.Parent(table: QualifiedName(schema: "public", name: "rooms"), column: "n")
        )
        try await fixture.add(definition)
        try await fixture.run(
            """
            UPDATE tenants SET id = 7 WHERE id = 1; INSERT INTO items VALUES (100, 7, 2), (101, NULL, 2), (102, 7, NULL);
            UPDATE rooms SET id = 5 WHERE id = 1; DELETE FROM items WHERE id < 4
            """
        )
        let verification = try await fixture.store.verify("item_count")
        #expect(verification.isExact && verification.totalKept.description == "7", "\(verification)")
        #expect(try await fixture.counters.value(of: "item_count", for: [2, 7]).number.description == "1")
    }

    @Test("a table that is its own parent")
    func ownParent() async throws {
        let fixture = try await PostgresCounterFixture(
            """
            CREATE TABLE t (id int PRIMARY KEY, up int REFERENCES t ON DELETE CASCADE ON UPDATE CASCADE, replies int);
            CREATE INDEX ON t (up);
            INSERT INTO t (id, up) VALUES (1, NULL), (2, 1), (3, 1), (4, 2);
            """
        )
        let definition = CounterDefinition(
            name: "reply_count",
            table: QualifiedName(schema: "public", name: "t"),
            keyColumns: ["up"],
            parent: CounterDefinition.Parent(table: QualifiedName(schema: "public", name: "t"), column: "replies")
        )
        try await fixture.add(definition)
        for change in [
            "INSERT INTO t (id, up) VALUES (5, 5), (6, 5), (7, 6)", "UPDATE t SET id = 10 WHERE id = 1",
            "UPDATE t SET id = 12 WHERE id = 5", "UPDATE t SET up = 10 WHERE id > 2",
            "INSERT INTO t (id, up) VALUES (20, 10), (21, 20)", "DELETE FROM t WHERE id = 20", "TRUNCATE t",
            "INSERT INTO t (id, up) VALUES (21, 20), (20, 20)",
        ] {
            try await fixture.run(change)
            let verification = try await fixture.store.verify("reply_count")
            #expect(verification.isExact, "\(change): \(verification)")
        }
        #expect(try await fixture.counters.value(of: "reply_count", for: 20).number.description == "2")
    }
}
