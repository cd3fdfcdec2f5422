import Martlet
import MartletCore
import MartletTesting
import Testing

@Suite("What a column of a parent cannot be on PostgreSQL, and whose rights it needs")
struct PostgresParentRefusalTests {
    private static let script = """
        CREATE TABLE p (id int PRIMARY KEY, code text UNIQUE, n int, share double precision, name text,
          twice int GENERATED ALWAYS AS (id * 2) STORED, cents numeric(10, 2), wide numeric);
        CREATE TABLE parted (id int PRIMARY KEY, n int) PARTITION BY RANGE (id);
        CREATE VIEW seen AS SELECT * FROM p;
        CREATE TABLE bare (id int PRIMARY KEY, n int);
        CREATE UNLOGGED TABLE quick (id int PRIMARY KEY, p int REFERENCES p); CREATE INDEX ON quick (p);
        CREATE TABLE t (id int PRIMARY KEY, p int REFERENCES p, q int REFERENCES parted, late int REFERENCES p
          DEFERRABLE INITIALLY DEFERRED, plain int REFERENCES p, b int, amount numeric(8, 3), price numeric(8, 2));
        CREATE INDEX ON t (p); CREATE INDEX ON t (q); CREATE INDEX ON t (late); CREATE INDEX ON t (b);
        """

    /// A definition that cannot be, and a word of the reason.
    struct Wrong: Sendable, CustomTestStringConvertible {
        let into: String
        var by = "p"
        var table = "t"
        var sum: String?
        let reason: String
        var testDescription: String { "\(by) into \(into): \(reason)" }
    }

    @Test(
        "is refused with the reason",
        arguments: [
            Wrong(into: "p.nothing", reason: "ADD COLUMN \"nothing\" bigint"),
            Wrong(into: "nothing.n", reason: "no table nothing"), Wrong(into: "p.share", reason: "double precision"),
            Wrong(into: "p.name", reason: "of type text"), Wrong(into: "p.twice", reason: "generated"),
            Wrong(into: "p.id", reason: "is a key"), Wrong(into: "seen.n", reason: "not a plain table"),
            Wrong(into: "parted.n", by: "q", reason: "partitioned"),
            Wrong(into: "bare.n", by: "b", reason: "no foreign key"),
            Wrong(into: "p.n", by: "late", reason: "deferrable"),
            Wrong(into: "p.n", by: "plain", reason: "CREATE INDEX"),
            Wrong(into: "p.n", by: "", reason: "--by"), Wrong(into: "p.n", table: "quick", reason: "crash"),
            Wrong(into: "p.n", sum: "amount", reason: "round the sum"),
            Wrong(into: "p.cents", sum: "amount", reason: "round the sum"),
            Wrong(into: "p.cents", sum: "amount * 1", reason: "round the sum"),
        ]
    )
    func wrong(_ wrong: Wrong) async throws {
        let fixture = try await PostgresCounterFixture(Self.script)
        let parts = wrong.into.split(separator: ".").map(String.init)
        let definition = CounterDefinition(
            name: "rows",
            table: QualifiedName(schema: "public", name: wrong.table),
            keyColumns: wrong.by.isEmpty ? [] : [wrong.by],
            sum: wrong.sum,
            parent: CounterDefinition.Parent(table: QualifiedName(schema: "public", name: parts[0]), column: parts[1])
        )
        let error = await #expect(throws: CounterError.self) { try await fixture.store.install(definition) }
        #expect(error?.message.contains(wrong.reason) == true, "\(error?.message ?? "")")
        #expect(try await fixture.number("SELECT count(*) FROM pg_namespace WHERE nspname = 'martlet'") == 0)
    }

    @Test("sums fit where the scale does, and values that are no numbers fail the statement")
    func sums() async throws {
        let fixture = try await PostgresCounterFixture(Self.script + "INSERT INTO p (id) VALUES (1)")
        for (name, column, sum) in [("a", "cents", "price"), ("b", "wide", "amount"), ("c", "n", "b")] {
            try await fixture.add(
                CounterDefinition(
                    name: CounterName(stringLiteral: name),
                    table: QualifiedName(schema: "public", name: "t"),
                    keyColumns: ["p"],
                    sum: sum,
                    parent: .init(table: QualifiedName(schema: "public", name: "p"), column: column)
                )
            )
        }
        try await fixture.run(
            "INSERT INTO t (id, p, price, amount, b) VALUES (1, 1, 1.25, 0.125, 7), (2, 1, 2, NULL, 1)"
        )
        let error = await #expect(throws: EngineError.self) {
            try await fixture.run("INSERT INTO t (id, p, price) VALUES (3, 1, 'NaN')")
        }
        #expect(error?.code == .checkViolation)
        #expect(try await fixture.number("SELECT count(*) FROM p WHERE cents = 3.25 AND wide = 0.125 AND n = 8") == 1)
        for name in ["a", "b", "c"] as [CounterName] { #expect(try await fixture.store.verify(name).isExact) }
    }

    @Test("a role without rights on parents changes their numbers through rows, by no other way, and captures nothing")
    func plainRole() async throws {
        let fixture = try await PostgresParentFixture(.plain)
        let role = "child_\(fixture.base.name)"
        try await fixture.base.run(
            """
            CREATE ROLE \(role) LOGIN; GRANT SELECT, INSERT, UPDATE, DELETE ON messages TO \(role);
            CREATE SCHEMA evil; GRANT ALL ON SCHEMA evil TO PUBLIC;
            """
        )
        try await fixture.base.engine(as: role)
            .withConnection(.readWrite) { connection in
                try await connection.runScript(
                    """
                    CREATE FUNCTION evil.trap(bigint, bigint) RETURNS bigint LANGUAGE plpgsql AS
                      $$ BEGIN RAISE EXCEPTION 'captured as %', current_user; END $$;
                    CREATE OPERATOR evil.+ (LEFTARG = bigint, RIGHTARG = bigint, FUNCTION = evil.trap);
                    CREATE TEMP TABLE added (id bigint); CREATE TEMP TABLE chats (id bigint, message_count bigint);
                    SET search_path = evil, pg_temp, public, pg_catalog;
                    INSERT INTO public.messages (id, chat_id, size) SELECT g, g % 5, 1 FROM generate_series(1001, 1500) g;
                    UPDATE public.messages SET chat_id = 2, deleted_at = pg_catalog.now() WHERE id > 1400;
                    DELETE FROM public.messages WHERE id < 20;
                    """
                )
                for statement in [
                    "UPDATE public.chats SET message_count = 0", "INSERT INTO public.chats (id) VALUES (99)",
                    """
                    CREATE TEMP TABLE forged (chat_id bigint); CREATE TRIGGER forge AFTER INSERT ON forged
                    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION martlet.counter_by_chat_inserted()
                    """,
                ] {
                    let error = await #expect(throws: EngineError.self) { try await connection.runScript(statement) }
                    #expect(error?.code == .permissionDenied)
                }
            }
        try await fixture.expectAllExact()
    }

    @Test("a role from whom policies hide parents cannot install")
    func rowSecurity() async throws {
        let fixture = try await PostgresCounterFixture(CountedTable.plain.script + PostgresParentFixture.columns)
        let role = "owner_\(fixture.name)"
        try await fixture.run(
            """
            CREATE ROLE \(role) LOGIN; GRANT CREATE ON DATABASE \(fixture.name) TO \(role);
            ALTER TABLE chats OWNER TO \(role); ALTER TABLE messages OWNER TO \(role);
            ALTER TABLE chats ENABLE ROW LEVEL SECURITY; ALTER TABLE chats FORCE ROW LEVEL SECURITY;
            """
        )
        let store = PostgresCounterStore(try await fixture.engine(as: role))
        let error = await #expect(throws: CounterError.self) {
            try await store.install(PostgresParentFixture.definitions[0])
        }
        #expect(error?.message.contains("row level security") == true)
        try await fixture.run("ALTER TABLE chats NO FORCE ROW LEVEL SECURITY")
        try await store.install(PostgresParentFixture.definitions[0])
        #expect(try await store.initialise("by_chat", force: false).keysCorrected == 21)
    }
}
