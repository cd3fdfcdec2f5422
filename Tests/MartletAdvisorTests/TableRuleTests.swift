import MartletCore
import Testing

@testable import MartletAdvisor

@Suite("Rules for tables, statistics and sequences")
struct TableRuleTests {
    @Test("table-without-primary-key finds the table, and a unique index becomes its key")
    func noPrimaryKey() throws {
        let rule = TableWithoutPrimaryKey()
        let ddl = "CREATE TABLE t (a bigint NOT NULL, b bigint); CREATE TABLE k (id bigint PRIMARY KEY);"
        let bare = SampleCatalog.make(ddl)
        #expect(rule.subjects(on: bare) == ["public.t"])
        #expect(rule.findings(on: bare).first?.severity == .warning)

        let unique = SampleCatalog.make(ddl + "CREATE UNIQUE INDEX t_a ON t(a);")
        let finding = try #require(rule.findings(on: unique).first)
        #expect(finding.severity == .note)
        guard case .schemaChange(let plan) = finding.remedies.first else {
            Issue.record("no change is written out")
            return
        }
        #expect(plan.up.first?.sql == #"ALTER TABLE "public"."t" ADD CONSTRAINT "t_a" PRIMARY KEY USING INDEX "t_a""#)

        // A nullable column cannot identify a row.
        let nullable = SampleCatalog.make(ddl + "CREATE UNIQUE INDEX t_b ON t(b);")
        #expect(rule.findings(on: nullable).first?.severity == .warning)
    }

    @Test("table-without-primary-key leaves out partitions and makes a note of SQLite's rowid tables")
    func noPrimaryKeyNearly() {
        let rule = TableWithoutPrimaryKey()
        for kind in [Table.Kind.partition, .foreign, .materializedView, .virtual] {
            let catalog = SampleCatalog.make("CREATE TABLE t (a bigint);") { $0.change(table: "t") { $0.kind = kind } }
            #expect(rule.subjects(on: catalog).isEmpty)
        }
        let sqlite = SampleCatalog.make("CREATE TABLE t (a bigint);") { $0.dialect = .sqlite }
        #expect(rule.findings(on: sqlite).first?.severity == .note)
    }

    @Test(
        "stale-statistics finds what changed much since the last ANALYZE, and ANALYZE mends it",
        arguments: [(10_000, 2_000, true), (10_000, 1_999, false), (1_000, 999, false), (0, 1_000, true)]
    )
    func stale(rows: Int, changed: Int, isFound: Bool) throws {
        let catalog = SampleCatalog.make("CREATE TABLE t (id bigint PRIMARY KEY);") {
            $0.change(table: "t") { table in
                table.estimatedRows = rows
                table.usage = Table.Usage(liveRows: rows, rowsChangedSinceAnalyze: changed)
            }
        }
        let found = StaleStatistics().findings(on: catalog)
        #expect(found.isEmpty == !isFound)
        if let finding = found.first { #expect(StaleStatistics().isMended(finding, of: catalog)) }
    }

    @Test("stale-statistics finds tables with rows that were never analysed, on SQLite by their size")
    func neverAnalysed() {
        func subjects(_ change: (inout Table) -> Void) -> [String] {
            StaleStatistics()
                .subjects(
                    on: SampleCatalog.make("CREATE TABLE t (id bigint PRIMARY KEY);") {
                        $0.change(table: "t") { table in
                            table.estimatedRows = nil
                            change(&table)
                        }
                    }
                )
        }
        #expect(subjects { $0.usage = Table.Usage(liveRows: 1_000) } == ["public.t"])
        #expect(subjects { $0.usage = Table.Usage(liveRows: 999) }.isEmpty)
        #expect(subjects { $0.kind = .partitioned } == ["public.t"])
        #expect(subjects { $0.kind = .foreign }.isEmpty)
    }

    @Test("stale-statistics goes by the size on SQLite, and by what ANALYZE leaves on indexes")
    func neverAnalysedOnSQLite() throws {
        func catalog(_ index: String, bytes: Int = 1 << 20) -> Catalog {
            SampleCatalog.make("CREATE TABLE t (id bigint, a bigint); " + index) { catalog in
                catalog.dialect = .sqlite
                catalog.change(table: "t") { $0.tableBytes = bytes }
            }
        }
        let rule = StaleStatistics()
        let finding = try #require(rule.findings(on: catalog("CREATE INDEX x ON t(a);")).first)
        #expect(rule.isMended(finding, of: catalog("CREATE INDEX x ON t(a);")))
        #expect(rule.subjects(on: catalog("CREATE INDEX x ON t(a);", bytes: (1 << 20) - 1)).isEmpty)
        #expect(rule.subjects(on: catalog("CREATE INDEX x ON t(a) WHERE a = 1;")).isEmpty)
        #expect(rule.subjects(on: catalog("")).isEmpty)
    }

    @Test(
        "sequence-near-end grades by what is used up",
        arguments: [(750, nil), (751, Finding.Severity.warning), (900, .warning), (901, .critical), (1_000, .critical)]
            as [(Int64, Finding.Severity?)]
    )
    func sequences(last: Int64, severity: Finding.Severity?) {
        let catalog = SampleCatalog.make("") {
            $0.sequences = [
                Catalog.Sequence(
                    name: QualifiedName(schema: "public", name: "s"),
                    ownedBy: "t.id",
                    lastValue: last,
                    maximum: 1_000,
                    increment: 1
                )
            ]
        }
        #expect(SequenceNearEnd().findings(on: catalog).first?.severity == severity)
    }

    @Test("sequence-near-end knows the end of an integer column that a bigint sequence feeds")
    func integerColumn() {
        let name = QualifiedName(schema: "public", name: "s")
        func found(type: String, defaultSQL: String) -> [String] {
            let catalog = SampleCatalog.make("CREATE TABLE t (id integer PRIMARY KEY);") { catalog in
                catalog.sequences = [
                    Catalog.Sequence(name: name, ownedBy: nil, lastValue: 2_000_000_000, maximum: .max, increment: 1)
                ]
                catalog.change(table: "t") { table in
                    table.columns[0].type = type
                    table.columns[0].defaultSQL = defaultSQL
                }
            }
            return SequenceNearEnd().subjects(on: catalog)
        }
        #expect(found(type: "integer", defaultSQL: "nextval('s'::regclass)") == ["public.s"])
        #expect(found(type: "integer", defaultSQL: "nextval('public.s'::regclass)") == ["public.s"])
        #expect(found(type: "bigint", defaultSQL: "nextval('s'::regclass)").isEmpty)
        #expect(found(type: "integer", defaultSQL: "nextval('s2'::regclass)").isEmpty)
    }

    @Test("largest-relations is one note, the largest first, and none for an empty database")
    func largest() {
        let ddl = "CREATE TABLE a (id bigint PRIMARY KEY); CREATE TABLE b (id bigint PRIMARY KEY);"
        let catalog = SampleCatalog.make(ddl) { catalog in
            catalog.sizeBytes = 100 << 20
            catalog.change(table: "b") { table in
                table.tableBytes = 40 << 20
                table.indexBytes = 10 << 20
            }
        }
        let found = LargestRelations().findings(on: catalog)
        #expect(found.map(\.title) == ["b is the largest table: 50 MB, 50 % of 100 MB."])
        #expect(
            found.first?.evidence.first == "Table b: 50 MB, 50 %, 10 MB of it indexes; about 100,000 rows (estimate)."
        )
        #expect(LargestRelations().findings(on: SampleCatalog.make("")).isEmpty)
    }

    @Test("locked-table names the session to end, where there is one")
    func locked() throws {
        let catalog = SampleCatalog.make("CREATE TABLE t (a bigint PRIMARY KEY);") { catalog in
            let name = QualifiedName(schema: "public", name: "orders")
            catalog.lockedTables = [
                Catalog.LockedTable(
                    name: name,
                    session: 4_711,
                    sessionState: "idle in transaction",
                    heldSeconds: 120,
                    waitingSessions: 2
                ),
                Catalog.LockedTable(name: QualifiedName(schema: "public", name: "prepared"), session: nil),
            ]
        }
        let findings = LockedTable().findings(on: catalog)
        #expect(findings.map(\.id) == ["locked-table/public.orders", "locked-table/public.prepared"])
        #expect(
            findings[0].evidence == [
                "Session 4711 (idle in transaction) holds it with ACCESS EXCLUSIVE, in a transaction of 120 s.",
                "2 sessions wait for it.",
            ]
        )
        guard case .advice(let advice) = findings[0].remedies.first else {
            Issue.record("no advice is given")
            return
        }
        #expect(advice.contains("SELECT pg_terminate_backend(4711)"))
        #expect(findings[1].evidence.count == 1 && findings[1].evidence[0].hasPrefix("No session holds it now"))
    }
}
