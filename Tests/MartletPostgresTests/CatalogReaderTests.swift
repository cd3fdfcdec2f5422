import MartletCore
import MartletPostgres
import MartletTesting
import Testing

@Suite("The catalog of PostgreSQL")
struct CatalogReaderTests {
    /// Runs a script in a database of its own and reads its catalog.
    private func catalog(_ script: String) async throws -> Catalog {
        let engine = try await PrivatePostgres.temporaryDatabase()
        return try await engine.withConnection(.readWrite) { connection in
            try await connection.runScript(script)
            return try await CatalogReader.read(connection)
        }
    }

    private func table(_ name: String, _ script: String) async throws -> Table {
        try #require(await catalog(script).table(QualifiedName(schema: "public", name: name)))
    }

    @Test("says where and when it was read")
    func head() async throws {
        let catalog = try await catalog("SELECT 1")
        #expect(catalog.dialect == .postgres)
        #expect(catalog.version.wholeMatch(of: /[0-9]+\.[0-9]+/) != nil)
        #expect(catalog.database.hasPrefix("test_"))
        #expect(catalog.sizeBytes > 1_000_000)
        #expect(catalog.readAt > Timestamp("2024-01-01")!)
        #expect(!catalog.isReplica)
        #expect(catalog.tables.isEmpty, "pg_stat_statements belongs to an extension")
        #expect(catalog.sequences.isEmpty)
    }

    @Test("reads columns with type, nullability, default and statistics")
    func columns() async throws {
        let table = try await table(
            "t",
            """
            CREATE TYPE mood AS ENUM ('good', 'bad');
            CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY, gone int, name varchar(20) NOT NULL DEFAULT 'x',
              m mood, twice int GENERATED ALWAYS AS (2) STORED, at timestamptz DEFAULT now());
            ALTER TABLE t DROP COLUMN gone;
            INSERT INTO t (name, m) SELECT 'n' || i % 7, CASE WHEN i % 4 = 0 THEN 'good'::mood END
              FROM generate_series(1, 1000) i;
            ANALYZE t;
            """
        )
        #expect(table.columns.map(\.name) == ["id", "name", "m", "twice", "at"])
        #expect(
            table.columns.map(\.type)
                == ["integer", "character varying(20)", "public.mood", "integer", "timestamp with time zone"]
        )
        #expect(table.columns.map(\.isNullable) == [false, false, true, true, true])
        #expect(table.columns.map(\.defaultSQL) == [nil, "'x'::character varying", nil, nil, "now()"])
        #expect(table.columns[0].distinctValues == -1)
        #expect(table.columns[1].distinctValues == 7)
        #expect(table.columns[2].nullRatio == 0.75)
        #expect(table.estimatedRows == 1000)
        #expect(table.tableBytes > 8192)
    }

    @Test("reads indexes with order, NULLs, expressions, collations, operator classes, INCLUDE and predicate")
    func indexes() async throws {
        let table = try await table(
            "t",
            """
            CREATE TABLE t (a int, b text, c text COLLATE "C", d jsonb, deleted_at timestamptz);
            CREATE INDEX i1 ON t (a DESC, b NULLS FIRST) INCLUDE (c, d) WHERE deleted_at IS NULL;
            CREATE INDEX i2 ON t (lower(b), (a + 1) DESC NULLS LAST);
            CREATE INDEX i3 ON t (b COLLATE "C" text_pattern_ops, c);
            CREATE INDEX i4 ON t USING gin (d jsonb_path_ops);
            CREATE UNIQUE INDEX i5 ON t (a);
            ALTER TABLE t ALTER a SET NOT NULL, REPLICA IDENTITY USING INDEX i5;
            """
        )
        let indexes = table.indexes
        #expect(indexes.map(\.name) == ["i1", "i2", "i3", "i4", "i5"])
        #expect(indexes[0].keys == [.init("a", isDescending: true), .init("b", nullsFirst: true)])
        #expect(indexes[0].included == ["c", "d"])
        #expect(indexes[0].predicate == "(deleted_at IS NULL)")
        #expect(
            indexes[1].keys == [
                .init("lower(b)", isExpression: true),
                .init("(a + 1)", isExpression: true, isDescending: true, nullsFirst: false),
            ]
        )
        #expect(indexes[2].keys == [.init("b", collation: "\"C\"", operatorClass: "text_pattern_ops"), .init("c")])
        #expect(indexes[3].method == "gin")
        #expect(indexes[3].keys == [.init("d", operatorClass: "jsonb_path_ops")])
        #expect(indexes.map(\.isUnique) == [false, false, false, false, true])
        #expect(indexes.map(\.isReplicaIdentity) == [false, false, false, false, true])
        #expect(indexes.allSatisfy { $0.isValid && $0.constraint == nil && $0.scans == 0 && $0.sizeBytes > 0 })
        #expect(indexes[4].definition == "CREATE UNIQUE INDEX i5 ON public.t USING btree (a)")
        #expect(table.indexBytes == indexes.reduce(0) { $0 + $1.sizeBytes })
    }

    @Test("reads constraints and the indexes behind them")
    func constraints() async throws {
        let catalog = try await catalog(
            """
            CREATE TABLE parents (a int, b int, PRIMARY KEY (b, a));
            CREATE TABLE t (id int PRIMARY KEY, x int, y int, z int UNIQUE, during int4range,
              CONSTRAINT positive CHECK (x > 0),
              CONSTRAINT to_parents FOREIGN KEY (x, y) REFERENCES parents (b, a) ON DELETE CASCADE,
              CONSTRAINT apart EXCLUDE USING gist (during WITH &&));
            ALTER TABLE t ADD CONSTRAINT later CHECK (y > 0) NOT VALID;
            """
        )
        let table = try #require(catalog.table(QualifiedName(schema: "public", name: "t")))
        let parents = QualifiedName(schema: "public", name: "parents")
        #expect(
            table.constraints == [
                Constraint(name: "apart", kind: .exclusion, columns: ["during"]),
                Constraint(name: "later", kind: .check("(y > 0)"), columns: ["y"], isValidated: false),
                Constraint(name: "positive", kind: .check("(x > 0)"), columns: ["x"]),
                Constraint(name: "t_pkey", kind: .primaryKey, columns: ["id"]),
                Constraint(name: "t_z_key", kind: .unique, columns: ["z"]),
                Constraint(
                    name: "to_parents",
                    kind: .foreignKey(references: parents, columns: ["b", "a"], onDelete: .cascade),
                    columns: ["x", "y"]
                ),
            ]
        )
        #expect(table.primaryKeyColumns == ["id"])
        #expect(catalog.table(parents)?.primaryKeyColumns == ["b", "a"])
        #expect(table.indexes.map(\.constraint) == ["apart", "t_pkey", "t_z_key"])
        #expect(table.indexes.map(\.isPrimary) == [false, true, false])
        #expect(table.indexes.map(\.isReplicaIdentity) == [false, true, false])
    }

    @Test(
        "knows the last number of a sequence that its column can hold",
        arguments: [
            ("id serial", "t.id", Int64(Int32.max), 1),
            ("id bigserial", "t.id", Int64.max, 1),
            ("id smallint GENERATED ALWAYS AS IDENTITY", "t.id", Int64(Int16.max), 1),
            ("id int DEFAULT nextval('s')", "t.id", Int64(Int32.max), 1),
            ("id bigint DEFAULT nextval('s')", "t.id", 9_000_000_000, 1),
            ("id int DEFAULT nextval('down')", "t.id", Int64(Int32.min), -1),
        ]
    )
    func sequences(column: String, owner: String, maximum: Int64, increment: Int64) async throws {
        let catalog = try await catalog(
            """
            CREATE SEQUENCE s MAXVALUE 9000000000; CREATE SEQUENCE down INCREMENT -1;
            CREATE TABLE t (\(column), x int); INSERT INTO t (x) VALUES (1), (2);
            """
        )
        let fed = catalog.sequences.filter { $0.ownedBy != nil }
        let sequence = try #require(fed.first)
        #expect(fed.count == 1)
        #expect(sequence.ownedBy == owner)
        #expect(sequence.maximum == maximum)
        #expect(sequence.increment == increment)
        #expect(sequence.lastValue == 2 * increment)
    }

    @Test("counts usage")
    func usage() async throws {
        let engine = try await PrivatePostgres.temporaryDatabase()
        let steps: [(script: String, isCounted: (Table.Usage) -> Bool)] = [
            (
                "CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t SELECT generate_series(1, 5000)",
                { $0.rowsWritten > 0 }
            ),
            ("ANALYZE t", { $0.lastAnalyzed != nil }),
            ("DELETE FROM t WHERE id <= 10; SELECT count(*) FROM t", { $0.rowsWritten > 5_000 }),
            (
                "SET enable_seqscan = off; SET enable_bitmapscan = off; SELECT * FROM t WHERE id = 77",
                { $0.indexScans > 0 }
            ),
        ]
        var table: Table?
        for step in steps {
            try await engine.withConnection(.readWrite) { try await $0.runScript(step.script) }
            // A session hands its counts in when it ends, which its client does not wait for.
            for _ in 0..<200 {
                table = try await engine.withConnection(.readOnly) { try await CatalogReader.read($0).tables.first }
                if let usage = table?.usage, step.isCounted(usage) { break }
            }
        }
        let usage = try #require(table?.usage)
        #expect(usage.sequentialScans >= 1)
        #expect(usage.sequentialRows >= 4990)
        #expect(usage.rowsWritten == 5010)
        #expect(usage.rowsChangedSinceAnalyze == 10)
        #expect(usage.liveRows == 4990)
        #expect(usage.deadRows == 10)
        #expect(usage.lastAnalyzed != nil)
        #expect(usage.lastVacuumed == nil)
        #expect(table?.indexes.first?.scans == usage.indexScans)
    }

    @Test(
        "does not count rows twice, nor as changed, that were loaded and analysed by one session",
        arguments: [false, true]
    )
    func loadedAndAnalyzed(inOneTransaction: Bool) async throws {
        let engine = try await PrivatePostgres.temporaryDatabase()
        try await engine.withConnection(.readWrite) { connection in
            if inOneTransaction { try await connection.run("BEGIN") }
            try await connection.run("CREATE TABLE loaded (id int)")
            try await connection.run("INSERT INTO loaded SELECT generate_series(1, 5000)")
            try await connection.run("ANALYZE loaded")
            if inOneTransaction { try await connection.run("COMMIT") }
        }
        // The session's own counts come when it ends; until then there is nothing to count twice.
        var inserted = 0
        for _ in 0..<500 where inserted == 0 {
            let rows = try await engine.withConnection(.readOnly) { connection in
                try await connection.run("SELECT n_tup_ins FROM pg_stat_user_tables WHERE relname = 'loaded'")
            }
            inserted = try rows.first?.decode(Int.self, "n_tup_ins") ?? 0
        }
        #expect(inserted == 5_000)
        let catalog = try await engine.withConnection(.readOnly) { try await $0.catalog() }
        let usage = try #require(catalog.tables.first { $0.name.name == "loaded" }?.usage)
        #expect(usage.liveRows == 5_000)
        #expect(usage.rowsChangedSinceAnalyze == 0)

        // Rows that really came later are counted.
        try await engine.withConnection(.readWrite) { connection in
            try await connection.runScript("INSERT INTO loaded SELECT generate_series(1, 5000)")
        }
        for _ in 0..<500 {
            let catalog = try await engine.withConnection(.readOnly) { try await $0.catalog() }
            if catalog.tables.first?.usage?.rowsChangedSinceAnalyze ?? 0 >= 5_000 { return }
        }
        Issue.record("rows inserted after ANALYZE are not counted")
    }

    @Test("sums partitions up for their parent, through all levels")
    func partitions() async throws {
        let catalog = try await catalog(
            """
            CREATE TABLE p (id int, at int, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
            CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10);
            CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (10) TO (20) PARTITION BY LIST (at);
            CREATE TABLE p2a PARTITION OF p2 DEFAULT;
            CREATE TABLE q (p_id int, p_at int, FOREIGN KEY (p_id, p_at) REFERENCES p);
            INSERT INTO p SELECT i, i % 20 FROM generate_series(1, 10000) i;
            ANALYZE;
            """
        )
        let tables = Dictionary(uniqueKeysWithValues: catalog.tables.map { ($0.name.name, $0) })
        let p = try #require(tables["p"]), p1 = try #require(tables["p1"])
        let p2 = try #require(tables["p2"]), p2a = try #require(tables["p2a"])
        #expect([p, p1, p2, p2a].map(\.kind) == [.partitioned, .partition, .partitioned, .partition])
        #expect([p, p1, p2, p2a].map { $0.partitionOf?.name } == [nil, "p", "p", "p2"])
        #expect(tables["q"]?.partitionOf == nil)
        #expect([p, p1, p2, p2a].map(\.estimatedRows) == [10000, 5000, 5000, 5000])
        #expect(p1.tableBytes > 0 && p2a.tableBytes > 0)
        #expect(p.tableBytes == p1.tableBytes + p2a.tableBytes)
        #expect(p2.tableBytes == p2a.tableBytes)
        #expect(p.indexBytes == p1.indexBytes + p2a.indexBytes)
        #expect(p.indexes.first?.isValid == true)
        #expect(p.columns[0].distinctValues == -1)
        #expect(tables["q"]?.constraints.count == 1)
    }

    @Test("tells what an interrupted concurrent build left behind")
    func invalidIndex() async throws {
        let engine = try await PrivatePostgres.temporaryDatabase()
        try await engine.withConnection(.readWrite) { connection in
            try await connection.runScript("CREATE TABLE t (a int); INSERT INTO t VALUES (1), (1)")
            await #expect(throws: EngineError.self) {
                try await connection.run("CREATE UNIQUE INDEX CONCURRENTLY broken ON t (a)")
            }
            let catalog = try await CatalogReader.read(connection)
            #expect(catalog.tables.first?.indexes.map(\.isValid) == [false])
        }
    }

    @Test("keeps names as they are, and tells kinds and schemas apart")
    func names() async throws {
        let catalog = try await catalog(
            """
            CREATE SCHEMA "Odd ""one"; CREATE SCHEMA martlet; CREATE TABLE martlet.journal (id int);
            CREATE TABLE "Odd ""one"."Mixed Case" ("Key" int PRIMARY KEY, "ä ""b" text);
            CREATE INDEX "In dex" ON "Odd ""one"."Mixed Case" ("ä ""b", lower("ä ""b"));
            CREATE MATERIALIZED VIEW v AS SELECT 1 AS one; CREATE VIEW w AS SELECT 1 AS one;
            CREATE TEMPORARY TABLE gone (id int); CREATE UNLOGGED TABLE u (id int);
            CREATE FOREIGN DATA WRAPPER f; CREATE SERVER s FOREIGN DATA WRAPPER f;
            CREATE FOREIGN TABLE far (id int) SERVER s;
            """
        )
        let odd = QualifiedName(schema: "Odd \"one", name: "Mixed Case")
        #expect(
            catalog.tables.map { "\($0.name.name) \($0.kind)" }
                == ["Mixed Case ordinary", "far foreign", "u ordinary", "v materializedView"]
        )
        let table = try #require(catalog.table(odd))
        #expect(table.columns.map(\.name) == ["Key", "ä \"b"])
        #expect(table.indexes.map(\.name) == ["In dex", "Mixed Case_pkey"])
        #expect(table.indexes[0].keys.map(\.text) == ["ä \"b", "lower(\"ä \"\"b\")"])
        #expect(table.indexes[0].qualifiedName == QualifiedName(schema: "Odd \"one", name: "In dex"))
    }

    @Test("reads a table of 1,600 columns")
    func manyColumns() async throws {
        let columns = (1...1_600).map { "c\($0) bool" }.joined(separator: ",")
        let table = try await table("wide", "CREATE TABLE wide (\(columns))")
        #expect(table.columns.count == 1_600)
        #expect(table.columns.last?.name == "c1600")
        #expect(table.estimatedRows == nil)
    }

    @Test("needs no privileges, and leaves settings and an open transaction as they were")
    func unprivileged() async throws {
        let engine = try await PrivatePostgres.temporaryDatabase()
        try await engine.withConnection(.readWrite) { connection in
            try await connection.runScript(
                """
                CREATE TABLE t (id serial PRIMARY KEY, secret text); CREATE ROLE \(unsafe: role); ANALYZE t;
                """
            )
            try await connection.runScript("SET ROLE \(unsafe: role)")
            let catalog = try await connection.transaction(readOnly: true) { connection in
                try await connection.run("SET LOCAL search_path = public, pg_catalog")
                let catalog = try await CatalogReader.read(connection)
                let path = try await connection.run("SHOW search_path")[0].decode(String.self, at: 0)
                #expect(path == "public, pg_catalog")
                return catalog
            }
            #expect(catalog.tables.first?.columns.map(\.name) == ["id", "secret"])
            #expect(catalog.sequences.first?.lastValue == nil)
            let settings = try await connection.run(
                "SELECT current_setting('search_path') || current_setting('lock_timeout')"
            )
            #expect(try settings[0].decode(String.self, at: 0) == "\"$user\", public0")
            try await connection.runScript("RESET ROLE; DROP ROLE \(unsafe: role)")
        }
    }

    private let role = "martlet_nobody"

    @Test("leaves out tables that another session keeps locked, and says who holds them")
    func locked() async throws {
        let engine = try await PrivatePostgres.temporaryDatabase()
        try await engine.withConnection(.readWrite) { holder in
            try await holder.runScript(
                "CREATE TABLE t (id int PRIMARY KEY); CREATE TABLE u (id int PRIMARY KEY, t_id int REFERENCES t);"
                    + "CREATE TABLE v (id int PRIMARY KEY)"
            )
            try await holder.runScript("BEGIN; LOCK TABLE t IN ACCESS EXCLUSIVE MODE; REINDEX INDEX v_pkey")
            let catalog = try await engine.withConnection(.readOnly) { try await CatalogReader.read($0) }
            let session = try await holder.run("SELECT pg_backend_pid()")[0].decode(Int.self, at: 0)
            #expect(catalog.tables.map(\.name.name) == ["u"])
            #expect(catalog.tables.first?.constraints.count == 2)
            #expect(catalog.lockedTables.map(\.name.name) == ["t", "v"])
            #expect(catalog.lockedTables.allSatisfy { $0.session == session && ($0.heldSeconds ?? 0) > 0 })
            #expect(catalog.lockedTables.first?.sessionState == "idle in transaction")
            try await holder.runScript("COMMIT")
            let later = try await engine.withConnection(.readOnly) { try await CatalogReader.read($0) }
            #expect(later.tables.map(\.name.name) == ["t", "u", "v"] && later.lockedTables.isEmpty)
        }
    }

    @Test("fails within a transaction of the caller where a table is locked, as that can read no more")
    func lockedInTransaction() async throws {
        let engine = try await PrivatePostgres.temporaryDatabase()
        try await engine.withConnection(.readWrite) { holder in
            try await holder.runScript("CREATE TABLE t (id int PRIMARY KEY)")
            try await holder.runScript("BEGIN; LOCK TABLE t IN ACCESS EXCLUSIVE MODE")
            let reading = await #expect(throws: EngineError.self) {
                try await engine.withConnection(.readOnly) { reader in
                    try await reader.runScript("BEGIN")
                    return try await CatalogReader.read(reader)
                }
            }
            #expect(reading?.code == .lockTimeout)
        }
    }

    @Test("knows that it was read from a replica")
    func replica() async throws {
        let server = try await PrivatePostgres.start(PrivatePostgres.Options(replica: true))
        _ = try await server.query("CREATE TABLE t (id serial PRIMARY KEY); CREATE UNLOGGED SEQUENCE s")
        try await server.waitForReplica()
        let engine = try PostgresEngine(server.connectionString(on: .replica))
        let catalog = try await engine.withConnection(.readOnly) { try await CatalogReader.read($0) }
        #expect(catalog.isReplica)
        #expect(catalog.tables.map(\.name.name) == ["t"])
        #expect(catalog.sequences.map(\.name.name) == ["s", "t_id_seq"])
        await server.stop()
    }
}

extension DefaultStringInterpolation {
    /// Marks text that is spliced on purpose.
    fileprivate mutating func appendInterpolation(unsafe text: String) {
        appendInterpolation(text)
    }
}
