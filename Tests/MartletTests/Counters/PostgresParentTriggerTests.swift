import Martlet
import MartletCore
import MartletTesting
import Testing

@Suite("Columns of parents on PostgreSQL among triggers and names of the application's own")
struct PostgresParentTriggerTests {
    /// A database in which `rooms.n` keeps the number of items.
    private func fixture(_ script: String = "", condition: String? = nil) async throws -> PostgresCounterFixture {
        let fixture = try await PostgresCounterFixture(
            """
            CREATE TABLE rooms (id int PRIMARY KEY, title text, n int);
            CREATE TABLE items (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body text,
              room int REFERENCES rooms ON DELETE CASCADE ON UPDATE CASCADE);
            CREATE INDEX ON items (room);
            INSERT INTO rooms VALUES (1, 'a'), (2, 'b');
            """
        )
        try await fixture.add(Self.definition(condition: condition))
        try await fixture.run(script)
        return fixture
    }

    private static func definition(condition: String? = nil) -> CounterDefinition {
        CounterDefinition(
            name: "item_count",
            table: QualifiedName(schema: "public", name: "items"),
            keyColumns: ["room"],
            condition: condition,
            parent: CounterDefinition.Parent(table: QualifiedName(schema: "public", name: "rooms"), column: "n")
        )
    }

    private func expectExact(_ fixture: PostgresCounterFixture) async throws {
        let verification = try await fixture.store.verify("item_count")
        #expect(verification.isExact, "\(verification)")
    }

    @Test("a trigger of the parent that writes children is called once for each change")
    func triggerThatWritesChildren() async throws {
        let fixture = try await fixture(
            """
            CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
              INSERT INTO items (room, body) SELECT a.id, 'renamed' FROM a JOIN b USING (id)
              WHERE a.title IS DISTINCT FROM b.title; RETURN NULL; END $$;
            CREATE TRIGGER note AFTER UPDATE ON rooms REFERENCING NEW TABLE AS a OLD TABLE AS b FOR EACH STATEMENT
              EXECUTE FUNCTION note();
            INSERT INTO items (room) VALUES (1); INSERT INTO items (room) VALUES (1), (2), (NULL);
            UPDATE rooms SET title = 'c' WHERE false; UPDATE rooms SET title = 'd';
            UPDATE items SET room = 2 WHERE room = 1; DELETE FROM items WHERE room IS NULL;
            DELETE FROM items WHERE false;
            """
        )
        #expect(try await fixture.number("SELECT count(*) FROM items") == 5)
        try await expectExact(fixture)
    }

    @Test("triggers of the parent run with the path and the settings of whoever writes")
    func settings() async throws {
        let fixture = try await fixture(
            """
            CREATE TABLE seen (path text, row_security text, plans text);
            CREATE FUNCTION look() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
              INSERT INTO seen VALUES (current_setting('search_path'), current_setting('row_security'),
                current_setting('enable_seqscan')); RETURN NULL; END $$;
            CREATE TRIGGER look AFTER UPDATE ON rooms FOR EACH ROW EXECUTE FUNCTION look();
            SET search_path = public, pg_temp;
            INSERT INTO items (room) VALUES (1); INSERT INTO items (room) VALUES (1), (2), (2);
            UPDATE items SET room = 1; DELETE FROM items;
            """,
            condition: "body IS NULL"
        )
        #expect(try await fixture.number("SELECT count(*) FROM seen") > 4)
        let others = "path <> 'public, pg_temp' OR row_security <> 'on' OR plans <> 'on'"
        #expect(try await fixture.number("SELECT count(*) FROM seen WHERE \(others)") == 0)
    }

    @Test("a trigger that gives a parent another key is noticed when the transaction ends")
    func triggerThatMovesTheKey() async throws {
        let fixture = try await fixture(
            """
            CREATE FUNCTION move() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
              IF NEW.title IS DISTINCT FROM OLD.title THEN NEW.id := NEW.id + 100; END IF; RETURN NEW; END $$;
            CREATE TRIGGER zmove BEFORE UPDATE ON rooms FOR EACH ROW EXECUTE FUNCTION move();
            CREATE TRIGGER amove BEFORE UPDATE ON rooms FOR EACH ROW EXECUTE FUNCTION move();
            INSERT INTO items (room) VALUES (1), (1), (2); UPDATE rooms SET title = 'moved';
            """
        )
        try await expectExact(fixture)
    }

    @Test("a policy that hides a parent fails whoever would change its number, and no other")
    func policy() async throws {
        let fixture = try await PostgresCounterFixture(
            """
            CREATE ROLE owner_of_rooms LOGIN; GRANT ALL ON SCHEMA public TO owner_of_rooms;
            DO $$ BEGIN EXECUTE 'GRANT CREATE ON DATABASE ' || current_database() || ' TO owner_of_rooms'; END $$;
            """
        )
        let owner = try await fixture.engine(as: "owner_of_rooms")
        try await owner.withConnection(.readWrite) { connection in
            try await connection.runScript(
                """
                CREATE TABLE rooms (id int PRIMARY KEY, n int);
                CREATE TABLE items (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, room int REFERENCES rooms);
                CREATE INDEX ON items (room); INSERT INTO rooms VALUES (1), (2);
                """
            )
        }
        let store = PostgresCounterStore(owner)
        try await store.install(Self.definition())
        _ = try await store.initialise("item_count", force: false)
        try await fixture.run(
            """
            ALTER TABLE rooms ENABLE ROW LEVEL SECURITY; ALTER TABLE rooms FORCE ROW LEVEL SECURITY;
            CREATE POLICY one ON rooms USING (id = 1);
            """
        )
        try await fixture.run("INSERT INTO items (room) VALUES (1); INSERT INTO items (room) VALUES (1), (1)")
        for rows in ["(2)", "(2), (2)", "(1), (2)"] {
            let error = await #expect(throws: EngineError.self) {
                try await fixture.run("INSERT INTO items (room) VALUES \(rows)")
            }
            #expect(error?.code == .permissionDenied, "\(error?.description ?? rows)")
        }
        #expect(try await fixture.number("SELECT n FROM rooms WHERE id = 1") == 3)
        #expect(try await fixture.number("SELECT count(*) FROM items") == 3)
    }

    @Test("a table of children may have the name by which statements know the parent", arguments: ["p", "c", "r"])
    func names(_ name: String) async throws {
        let fixture = try await PostgresCounterFixture(
            """
            CREATE TABLE q (id int PRIMARY KEY, n int);
            CREATE TABLE \(name) (id int PRIMARY KEY, q_id int REFERENCES q);
            CREATE INDEX ON \(name) (q_id);
            INSERT INTO q VALUES (1), (2), (3); INSERT INTO \(name) VALUES (1, 1), (2, 2), (3, 2), (4, 1), (5, 1);
            """
        )
        let definition = CounterDefinition(
            name: "children",
            table: QualifiedName(schema: "public", name: name),
            keyColumns: ["q_id"],
            parent: CounterDefinition.Parent(table: QualifiedName(schema: "public", name: "q"), column: "n")
        )
        try await fixture.add(definition)
        try await fixture.run(
            """
            INSERT INTO \(name) VALUES (6, 3), (7, 3); INSERT INTO \(name) VALUES (8, 1);
            DELETE FROM \(name) WHERE id = 2;
            UPDATE q SET id = id + 10 WHERE id = 9; INSERT INTO q VALUES (4, 7);
            """
        )
        let truth = "(SELECT count(*) FROM \(name) x WHERE x.q_id = q.id)"
        #expect(try await fixture.number("SELECT count(*) FROM q WHERE n IS DISTINCT FROM \(truth)") == 0)
        #expect(try await fixture.store.verify("children").isExact)
    }
}
