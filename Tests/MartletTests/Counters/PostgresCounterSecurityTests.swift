import Martlet
import MartletCore
import MartletPostgres
import MartletTesting
import Testing

@Suite("Counters on PostgreSQL and the rights of roles")
struct PostgresCounterSecurityTests {
    /// A database in which a role may write messages, and nothing else.
    private func fixture() async throws -> (PostgresCounterFixture, PostgresEngine) {
        let fixture = try await PostgresCounterFixture(CountedTable.plain)
        let role = "writer_\(fixture.name)"
        try await fixture.run(
            """
            CREATE ROLE \(role) LOGIN;
            GRANT SELECT, INSERT, UPDATE, DELETE ON messages TO \(role);
            GRANT CREATE ON SCHEMA public TO \(role);
            """
        )
        return (fixture, try await fixture.engine(as: role))
    }

    @Test("a role without rights on the tables of counters writes, reads and reserves, and can do no more")
    func plainRole() async throws {
        let (fixture, engine) = try await fixture()
        try await engine.withConnection(.readWrite) { connection in
            try await connection.runScript(
                """
                INSERT INTO messages (id, chat_id, size) SELECT g, g % 5, 1 FROM generate_series(1001, 1500) g;
                UPDATE messages SET chat_id = 2, deleted_at = now() WHERE id > 1400; DELETE FROM messages WHERE id < 20;
                """
            )
            for number in 1_501...1_700 {
                try await connection.run("INSERT INTO messages (id, chat_id) VALUES (\(number), 3)")
            }
            let value = try await Counters(engine).value(of: "by_chat", for: 3)
            #expect(value.number.description == "288")
            let counters = Counters(engine)
            try await connection.transaction { connection in
                let room = try await counters.reserve(2, of: "by_chat", for: 3, limit: 290, on: connection)
                #expect(room)
            }
            let forbidden = [
                "INSERT INTO martlet.counter_by_chat VALUES (3, 100)", "DELETE FROM martlet.counter_by_chat",
                "TRUNCATE martlet.counter_by_chat", "UPDATE martlet.counters SET condition = 'true'",
                "SELECT martlet.counter_by_chat_fold(3)", "DELETE FROM martlet.reservations",
                """
                CREATE TABLE forged (chat_id bigint); CREATE TRIGGER forge AFTER INSERT ON forged
                REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION martlet.counter_by_chat_inserted()
                """,
            ]
            for statement in forbidden {
                let error = await #expect(throws: EngineError.self) { try await connection.runScript(statement) }
                #expect(error?.code == .permissionDenied, "\(statement): \(error?.description ?? "")")
            }
        }
        try await fixture.expectAllExact()
    }

    /// Names that fail whoever calls them, in a path before those of PostgreSQL.
    private static let traps =
        """
        CREATE FUNCTION evil.trap() RETURNS void LANGUAGE plpgsql AS
          $$ BEGIN RAISE EXCEPTION 'captured as %', current_user; END $$;
        CREATE FUNCTION evil.lower(text) RETURNS text LANGUAGE plpgsql AS
          $$ BEGIN PERFORM evil.trap(); RETURN $1; END $$;
        CREATE FUNCTION evil.random() RETURNS float8 LANGUAGE plpgsql AS
          $$ BEGIN PERFORM evil.trap(); RETURN 0; END $$;
        CREATE FUNCTION evil.count(bigint) RETURNS bigint LANGUAGE plpgsql AS
          $$ BEGIN PERFORM evil.trap(); RETURN 0; END $$;
        CREATE FUNCTION evil.sum(bigint) RETURNS bigint LANGUAGE plpgsql AS
          $$ BEGIN PERFORM evil.trap(); RETURN 0; END $$;
        CREATE FUNCTION evil.minus(bigint) RETURNS bigint LANGUAGE plpgsql AS
          $$ BEGIN PERFORM evil.trap(); RETURN 0; END $$;
        CREATE OPERATOR evil.- (RIGHTARG = bigint, FUNCTION = evil.minus);
        """
        + ["bigint, bigint", "bigint, int", "int, int", "int, bigint", "numeric, int"].enumerated()
        .map { number, types in
            let sides = types.split(separator: ", ")
            return """
                CREATE FUNCTION evil.same_\(number)(\(types)) RETURNS boolean LANGUAGE plpgsql AS
                  $$ BEGIN PERFORM evil.trap(); RETURN true; END $$;
                CREATE FUNCTION evil.other_\(number)(\(types)) RETURNS bigint LANGUAGE plpgsql AS
                  $$ BEGIN PERFORM evil.trap(); RETURN 0; END $$;
                CREATE OPERATOR evil.= (LEFTARG = \(sides[0]), RIGHTARG = \(sides[1]), FUNCTION = evil.same_\(number));
                CREATE OPERATOR evil.<> (LEFTARG = \(sides[0]), RIGHTARG = \(sides[1]), FUNCTION = evil.same_\(number));
                CREATE OPERATOR evil.> (LEFTARG = \(sides[0]), RIGHTARG = \(sides[1]), FUNCTION = evil.same_\(number));
                CREATE OPERATOR evil.+ (LEFTARG = \(sides[0]), RIGHTARG = \(sides[1]), FUNCTION = evil.other_\(number));
                """
        }
        .joined(separator: "\n")

    /// Rows that come, change and go by ones and by many, written so that only the counter's names can be captured.
    private static func write(on connection: any Connection) async throws {
        try await connection.runScript(
            """
            \(traps)
            CREATE TABLE evil.counters (name text); CREATE TABLE evil.counter_by_chat (k1 bigint, n bigint);
            CREATE TEMP TABLE added (id bigint); CREATE TEMP TABLE counters (name text);
            SET search_path = evil, pg_temp, public, pg_catalog;
            """
        )
        try await connection.run("SELECT 1 FROM public.messages WHERE id OPERATOR(pg_catalog.=) 1")
        for text in ["lower('A')", "- 1::bigint", "1::bigint = 1", "1::bigint + 1", "sum(1::bigint)"] {
            let captured = await #expect(throws: EngineError.self) {
                try await connection.run("SELECT \(unsafeSQL: text)")
            }
            #expect(captured?.description.contains("captured") == true, "\(text)")
        }
        for number in 1_001...1_300 {
            try await connection.run("INSERT INTO messages (id, chat_id, body) VALUES (\(number), 3, 'X')")
        }
        let below = "WHERE id OPERATOR(pg_catalog.<)"
        for statement in [
            "UPDATE messages SET body = 'none' \(below) 30::bigint", "DELETE FROM messages \(below) 9::bigint",
            "UPDATE messages SET body = 'one' WHERE id OPERATOR(pg_catalog.=) 1250",
            "UPDATE messages SET chat_id = 4 WHERE id OPERATOR(pg_catalog.=) 1250",
            "DELETE FROM messages WHERE id OPERATOR(pg_catalog.=) 1251",
            "INSERT INTO messages (id, chat_id) VALUES (2000, 4), (2001, 5), (2002, 4), (2003, 4), (2004, 4)",
        ] {
            try await connection.run("\(unsafeSQL: statement)")
        }
    }

    @Test("what a role puts into its path is never called")
    func searchPath() async throws {
        let (fixture, engine) = try await fixture()
        try await fixture.run("CREATE SCHEMA evil; GRANT ALL ON SCHEMA evil TO PUBLIC")
        try await engine.withConnection(.readWrite) { connection in
            try await Self.write(on: connection)
            let rows = try await connection.run("SELECT martlet.count('by_chat', 3::bigint)")
            #expect(try rows[0].decode(Int.self, at: 0) == 307)
        }
        try await fixture.expectAllExact()
    }

    @Test("what a role puts into its path is never called where parents keep the numbers")
    func searchPathOfParents() async throws {
        let fixture = try await PostgresParentFixture(.plain)
        let role = "writer_\(fixture.base.name)"
        try await fixture.base.run(
            """
            CREATE ROLE \(role) LOGIN; GRANT SELECT, INSERT, UPDATE, DELETE ON messages TO \(role);
            CREATE SCHEMA evil; GRANT ALL ON SCHEMA evil TO PUBLIC;
            """
        )
        let engine = try await fixture.base.engine(as: role)
        try await engine.withConnection(.readWrite) { try await Self.write(on: $0) }
        try await fixture.expectAllExact()
    }

    @Test("a type among the temporary tables of a role stands in for none of the counter's", arguments: [true, false])
    func temporaryTypes(intoParents: Bool) async throws {
        let parents = intoParents ? try await PostgresParentFixture(.plain) : nil
        let counters = intoParents ? nil : try await PostgresCounterFixture(CountedTable.plain)
        let fixture = try #require(parents?.base ?? counters)
        let role = "writer_\(fixture.name)"
        try await fixture.run("CREATE ROLE \(role) LOGIN; GRANT SELECT, INSERT, UPDATE, DELETE ON messages TO \(role)")
        try await fixture.engine(as: role)
            .withConnection(.readWrite) { connection in
                for type in ["text", "int4", "int8", "bool", "numeric", "float8", "record"] {
                    let base = type == "record" ? "int4" : type
                    try await connection.runScript(
                        """
                        CREATE FUNCTION pg_temp.caught_\(type)(pg_catalog.\(base)) RETURNS boolean LANGUAGE plpgsql AS
                          $$ BEGIN RAISE EXCEPTION 'captured as %', current_user; END $$;
                        CREATE DOMAIN pg_temp.\(type) AS pg_catalog.\(base) CHECK (pg_temp.caught_\(type)(value));
                        """
                    )
                }
                try await connection.runScript(
                    """
                    INSERT INTO messages (id, chat_id) VALUES (2001, 3);
                    INSERT INTO messages (id) VALUES (2002), (2003);
                    INSERT INTO messages (id, chat_id) SELECT g, g % 5 FROM generate_series(3001, 3300) g;
                    UPDATE messages SET body = 'x'; UPDATE messages SET chat_id = 4 WHERE id IN (2001, 3001);
                    DELETE FROM messages WHERE id = 2001; DELETE FROM messages WHERE id > 3000;
                    """
                )
                for number in 4_001...4_200 {
                    try await connection.run("INSERT INTO messages (id, chat_id) VALUES (\(number), 3)")
                }
            }
        try await parents?.expectAllExact()
        try await counters?.expectAllExact()
    }

    @Test(
        "nothing is installed in a schema that is another's",
        arguments: [
            "CREATE SCHEMA martlet AUTHORIZATION stranger",
            "CREATE SCHEMA martlet; GRANT CREATE ON SCHEMA martlet TO stranger",
            "CREATE SCHEMA martlet; GRANT CREATE ON SCHEMA martlet TO PUBLIC",
            "CREATE SCHEMA martlet; CREATE TABLE martlet.notes (a int); ALTER TABLE martlet.notes OWNER TO stranger",
            """
            CREATE SCHEMA martlet; CREATE FUNCTION martlet.f() RETURNS int LANGUAGE sql RETURN 1;
            ALTER FUNCTION martlet.f OWNER TO stranger
            """,
        ]
    )
    func strangers(_ script: String) async throws {
        let fixture = try await PostgresCounterFixture(CountedTable.plain.script)
        let role = "stranger_\(fixture.name)"
        try await fixture.run("CREATE ROLE \(role); " + script.replacing("stranger", with: role))
        let error = await #expect(throws: EngineError.self) {
            try await fixture.store.install(CountedTable.definitions[0])
        }
        #expect(error?.code == .permissionDenied)
        #expect(error?.message.contains("the schema martlet") == true, "\(error?.description ?? "")")
        #expect(try await fixture.number("SELECT count(*) FROM pg_class WHERE relname = 'counter_by_chat'") == 0)
    }

    @Test("a type or an operator that a role puts into its path stands in for none of the counter's")
    func typesOnPath() async throws {
        let (fixture, engine) = try await fixture()
        let role = "writer_\(fixture.name)"
        try await fixture.run(
            """
            CREATE TABLE items (id bigint PRIMARY KEY, owner uuid, label text, gone_at timestamptz, "Open" boolean);
            GRANT SELECT, INSERT, UPDATE, DELETE ON items TO \(role);
            CREATE SCHEMA evil; GRANT ALL ON SCHEMA evil TO PUBLIC;
            """
        )
        let conditions: [(condition: String?, isPinned: Bool)] = [
            (nil, false), ("gone_at IS NULL", false),
            ("gone_at IS NULL AND NOT (\"Open\" IS TRUE OR id IS NULL)", false),
            ("label = 'a'", true), ("\"Open\" IS DISTINCT FROM (id IS NULL)", true), ("label IN ('a', 'b')", true),
            ("lower(label) IS NOT NULL", true), ("CASE \"Open\" WHEN true THEN true END", true),
        ]
        for (number, item) in conditions.enumerated() {
            let definition = CounterDefinition(
                name: CounterName(stringLiteral: "items_\(number)"),
                table: QualifiedName(schema: "public", name: "items"),
                keyColumns: ["owner", "label"],
                condition: item.condition
            )
            try await fixture.store.install(definition)
            let pinned = try await fixture.number(
                """
                SELECT count(*) FROM pg_proc WHERE proname = 'counter_items_\(number)_inserted'
                  AND proconfig::text LIKE '%search_path%'
                """
            )
            #expect(pinned == (item.isPinned ? 1 : 0), "\(item)")
        }
        try await engine.withConnection(.readWrite) { connection in
            try await connection.runScript(
                """
                CREATE FUNCTION evil.trap(anyelement) RETURNS boolean LANGUAGE plpgsql AS
                  $$ BEGIN RAISE EXCEPTION 'captured as %', current_user; END $$;
                CREATE DOMAIN evil.uuid AS pg_catalog.uuid CHECK (evil.trap(VALUE));
                CREATE DOMAIN evil.text AS pg_catalog.text CHECK (evil.trap(VALUE));
                SET search_path = evil, public, pg_catalog;
                INSERT INTO items SELECT g, gen_random_uuid(), 'a' FROM generate_series(1, 5) g;
                INSERT INTO items VALUES (6, gen_random_uuid(), 'b', NULL, true);
                DELETE FROM items WHERE id = 6;
                """
            )
        }
        for number in conditions.indices {
            let name = CounterName(stringLiteral: "items_\(number)")
            _ = try await fixture.store.initialise(name, force: false)
            #expect(try await fixture.store.verify(name).isExact)
        }
    }

    @Test("rows that a policy hides are counted, and a role that would not see them cannot mend by what it sees")
    func rowSecurity() async throws {
        let (fixture, engine) = try await fixture()
        try await fixture.run(
            """
            ALTER TABLE messages ENABLE ROW LEVEL SECURITY; ALTER TABLE messages FORCE ROW LEVEL SECURITY;
            CREATE POLICY low ON messages USING (id < 50 OR id > 1000);
            """
        )
        try await engine.withConnection(.readWrite) { connection in
            #expect(try await connection.run("SELECT 1 FROM messages").count == 49)
            try await connection.run("INSERT INTO messages (id, chat_id) VALUES (1001, 3)")
            try await connection.run("DELETE FROM messages WHERE chat_id = 4")
        }
        #expect(try await fixture.counters.value(of: "by_chat", for: 3).number.description == "11")
        #expect(try await fixture.counters.value(of: "by_chat", for: 4).number.description == "5")
        try await fixture.expectAllExact()
        try await fixture.run(
            "GRANT ALL ON SCHEMA martlet TO PUBLIC; GRANT ALL ON ALL TABLES IN SCHEMA martlet TO PUBLIC"
        )
        let store = PostgresCounterStore(engine)
        await #expect(throws: (any Error).self) { try await store.fix("by_chat") }
        await #expect(throws: (any Error).self) { try await store.verify("by_chat") }
        try await fixture.expectAllExact()
    }
}
