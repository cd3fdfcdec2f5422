import Martlet
import MartletCore
import MartletTesting
import Testing

@Suite("Definitions of counters of SQLite")
struct SQLiteDefinitionTests {
    private static let schema = """
        CREATE TABLE p (id INTEGER PRIMARY KEY, c INTEGER, g INTEGER AS (id), x TEXT);
        CREATE TABLE t (id INTEGER PRIMARY KEY, p_id INTEGER, k INTEGER, x REAL, s TEXT);
        CREATE INDEX t_p ON t (p_id);
        CREATE VIEW v AS SELECT * FROM t;
        CREATE VIRTUAL TABLE f USING fts5 (body);
        CREATE TABLE full (rowid, oid, _rowid_);
        INSERT INTO t (k, x, s) VALUES (1, 1.5, 'a');
        """

    @Test(
        "conditions are refused that are none, or may say something else later or elsewhere",
        arguments: [
            "", "k =", "1) OR (1", "k = 1; DELETE FROM t", "missing = 1", "k = ?", "k = $1", "k > random()",
            "s < CURRENT_TIMESTAMP", "s < datetime('now')", "s < date(s, 'localtime')", "k > (SELECT 1)",
            "EXISTS (SELECT 1)", "count(*) > 1", "sum(k) OVER () > 1", "rowid > 5", "s = \"open\"", "nofunction(k)",
            "(k, s)", "k, s",
        ]
    )
    func conditions(_ condition: String) async throws {
        try await SQLiteCounterFixture.with(Self.schema) { fixture in
            let error = await #expect(throws: CounterError.self) {
                try await fixture.store.install(.of("t", by: ["k"], where: condition))
            }
            #expect(error?.code == .invalidDefinition)
            let counters = try await fixture.store.list()
            #expect(counters.isEmpty)
        }
    }

    @Test(
        "definitions are refused that cannot be, with the reason",
        arguments: [
            (CounterDefinition.of("missing"), CounterError.Code.invalidDefinition, "no table"),
            (.of("t", by: ["nope"]), .invalidDefinition, "no column"), (.of("v"), .unsupportedTable, "view"),
            (.of("f"), .unsupportedTable, "virtual"), (.of("f_data"), .unsupportedTable, "shadow"),
            (.of("sqlite_schema"), .unsupportedTable, "SQLite itself"), (.of("full"), .unsupportedTable, "rowid"),
            (.of("t", sum: "x"), .invalidDefinition, "floating-point"),
            (.of("t", by: ["k", "K"]), .invalidDefinition, "twice"),
            (.of("t", by: ["k"], into: ("p", "c")), .invalidDefinition, "INDEX"),
            (.of("t", into: ("p", "c")), .invalidDefinition, "its key"),
            (.of("t", by: ["p_id"], into: ("p", "g")), .invalidDefinition, "generated"),
            (.of("t", by: ["p_id"], into: ("p", "id")), .invalidDefinition, "key of"),
            (.of("t", by: ["p_id", "k"], into: ("p", "c")), .invalidDefinition, "belongs"),
            (.of("t", name: "counters"), .nameTaken, "martlet_counters"),
            (.of("t", name: "No"), .invalidName, "letters"),
        ]
    )
    func refused(_ definition: CounterDefinition, code: CounterError.Code, reason: String) async throws {
        try await SQLiteCounterFixture.with(Self.schema) { fixture in
            for attempt in [{ _ = try await fixture.store.install($0) }, { _ = try await fixture.store.plan($0) }] {
                let error = await #expect(throws: CounterError.self) { try await attempt(definition) }
                #expect(error?.code == code && error?.message.contains(reason) == true, "\(String(describing: error))")
            }
        }
    }

    @Test("a sum is refused while rows have something else than integers to add, and says so later")
    func sums() async throws {
        try await SQLiteCounterFixture.with("CREATE TABLE t (n); INSERT INTO t VALUES (1), (NULL), ('x');") { fixture in
            try await fixture.store.install(.of("t", sum: "n"))
            let error = await #expect(throws: CounterError.self) {
                try await fixture.store.initialise("tested", force: false)
            }
            #expect(error?.code == .invalidDefinition)
            try await fixture.connection.run("DELETE FROM t WHERE n = 'x'")
            _ = try await fixture.store.initialise("tested", force: false)
            try await fixture.connection.run("INSERT INTO t VALUES (2.5), (4)")
            let found = try await fixture.store.verify("tested")
            #expect(found.keysWrong == 0 && found.gaps.count == 1 && found.totalKept.description == "5")
        }
    }

    @Test("installing again does nothing, another definition of the name is refused, and removing leaves nothing")
    func lifecycle() async throws {
        try await SQLiteCounterFixture.with(Self.schema) { fixture in
            let before = try await fixture.connection.run("SELECT name FROM sqlite_schema ORDER BY name").map(\.values)
            let definition = CounterDefinition.of("T", by: ["K"], where: " s = 'a' -- live")
            try await fixture.store.install(definition)
            let first = try await fixture.store.initialise("tested", force: false)
            #expect(first.keysCorrected == 1)
            let second = try await fixture.store.initialise("tested", force: false)
            #expect(second.keysChecked == nil && second.keysCorrected == 0)
            try await fixture.store.install(definition)
            let status = try #require(try await fixture.store.list().first)
            #expect(status.initialisedAt != nil)
            #expect(status.definition == .of("t", by: ["k"], where: "s = 'a'"))
            let error = await #expect(throws: CounterError.self) { try await fixture.store.install(.of("t")) }
            #expect(error?.code == .nameTaken)
            try await fixture.store.remove("tested")
            let after = try await fixture.connection.run("SELECT name FROM sqlite_schema ORDER BY name").map(\.values)
            #expect(after == before)
            let unknown = await #expect(throws: CounterError.self) { try await fixture.store.verify("tested") }
            #expect(unknown?.code == .unknownCounter)
        }
    }

    @Test("the scripts that are shown do what the methods do")
    func scripts() async throws {
        try await SQLiteCounterFixture.with(SQLiteCounterStoreTests.messages) { fixture in
            let definitions = [
                SQLiteCounterStoreTests.live, .of("messages", name: "total"),
                .of("messages", by: ["chat_id"], into: ("chats", "message_count"), name: "kept_there"),
            ]
            for definition in definitions {
                let plan = try await fixture.store.plan(definition)
                try await fixture.connection.runScript(plan.up.map(\.sql).joined())
                for query in plan.verify {
                    let answer = try await fixture.connection.run(BoundStatement(stringLiteral: query))
                    #expect(answer[0][0] == 1)
                }
                let fill = try await fixture.store.script(of: .initialise(definition.name))
                try await fixture.connection.runScript(fill)
                try await fixture.expectExact(definition)
                try await fixture.connection.runScript(try await fixture.store.script(of: .fold(definition.name)))
                let comparison = try await fixture.store.script(of: .verify(definition.name))
                let answer = try await fixture.connection.run(BoundStatement(stringLiteral: comparison))
                #expect(answer.count == 1)
                try await fixture.connection.runScript(try await fixture.store.script(of: .remove(definition.name)))
            }
            let counters = try await fixture.store.list()
            #expect(counters.isEmpty)
        }
    }

    @Test(
        "a number in a parent wants an index that holds all rows which count",
        arguments: [
            ("(k)", true), ("(k, x)", true), ("(x, k)", false), ("(k) WHERE gone IS NULL", true),
            ("(k, x) where \"Gone\" IS NULL", true), ("(k) WHERE gone IS NOT NULL", false), ("(k) WHERE x", false),
        ]
    )
    func parentIndex(_ keys: String, isEnough: Bool) async throws {
        let schema = """
            CREATE TABLE p (id INTEGER PRIMARY KEY, c INTEGER);
            CREATE TABLE t (id INTEGER PRIMARY KEY, k INTEGER REFERENCES p, x INTEGER, gone INTEGER);
            CREATE INDEX t_k ON t \(keys);
            """
        try await SQLiteCounterFixture.with(schema) { fixture in
            let counter = CounterDefinition.of("t", by: ["k"], where: "gone IS NULL", into: ("p", "c"))
            guard isEnough else {
                await #expect(throws: CounterError.self) { try await fixture.store.install(counter) }
                return
            }
            try await fixture.store.install(counter)
            let plan = try await fixture.connection.run(
                "EXPLAIN QUERY PLAN SELECT count(*) FROM t WHERE k = 1 AND (gone IS NULL)"
            )
            #expect(try plan[0].decode(String.self, "detail").contains("t_k"))
        }
    }

    @Test("fold leaves a row for each key that has a number")
    func fold() async throws {
        let counter = CounterDefinition.of("t", by: ["k"])
        try await SQLiteCounterFixture.with("CREATE TABLE t (k, a UNIQUE);", counters: [counter]) { fixture in
            try await fixture.connection.runScript(
                "INSERT INTO t VALUES (1, 1), (2, 2), (3, 3); DELETE FROM t WHERE k > 1; "
                    + "INSERT OR IGNORE INTO t VALUES (4, 1)"
            )
            let folding = try await fixture.store.fold("tested")
            #expect(folding.rowsBefore == 3 && folding.rowsAfter == 1)
            try await fixture.expectExact(counter)
        }
    }

    @Test("two counters do not share a column of a parent")
    func sharedColumn() async throws {
        let schema = """
            CREATE TABLE p (id INTEGER PRIMARY KEY, c INTEGER);
            CREATE TABLE t (id INTEGER PRIMARY KEY, k INTEGER REFERENCES p, x INTEGER); CREATE INDEX t_k ON t (k);
            """
        let first = CounterDefinition.of("t", by: ["k"], into: ("p", "c"), name: "first")
        try await SQLiteCounterFixture.with(schema, counters: [first]) { fixture in
            for second in [
                CounterDefinition.of("t", by: ["k"], into: ("P", "C")), .of("p", by: ["id"], into: ("p", "c")),
            ] {
                for attempt in [
                    { _ = try await fixture.store.install(second) }, { _ = try await fixture.store.plan(second) },
                ] {
                    let error = await #expect(throws: CounterError.self) { try await attempt() }
                    #expect(error?.message.contains("the counter first keeps") == true, "\(String(describing: error))")
                }
            }
            try await fixture.connection.runScript("INSERT INTO p (id) VALUES (1); INSERT INTO t VALUES (1, 1, 1)")
            try await fixture.expectExact(first)
        }
    }

    @Test(
        "a counter whose table or column has another name is out of date, and installed again exact",
        arguments: [
            ("ALTER TABLE t RENAME TO u", CounterDefinition.of("u", by: ["k"])),
            ("ALTER TABLE t RENAME k TO z", CounterDefinition.of("t", by: ["z"])),
        ]
    )
    func renamed(_ change: String, again: CounterDefinition) async throws {
        let schema = "CREATE TABLE t (id INTEGER PRIMARY KEY, k INTEGER); INSERT INTO t (k) VALUES (1), (1), (2)"
        try await SQLiteCounterFixture.with(schema, counters: [.of("t", by: ["k"])]) { fixture in
            try await fixture.connection.runScript(change)
            let error = await #expect(throws: CounterError.self) { _ = try await fixture.store.verify("tested") }
            #expect(error?.code == .outdated)
            #expect(try await fixture.store.install(again) == false)
            _ = try await fixture.store.initialise("tested", force: false)
            try await fixture.connection.runScript("INSERT INTO \(again.table.name) VALUES (7, 2)")
            try await fixture.expectExact(again)
        }
    }
}
