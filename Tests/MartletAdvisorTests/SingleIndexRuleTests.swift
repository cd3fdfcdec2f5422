import MartletCore
import Testing

@testable import MartletAdvisor

@Suite("Rules for single indexes")
struct SingleIndexRuleTests {
    static let table = """
        CREATE TABLE m (id bigint PRIMARY KEY, r bigint NOT NULL, s text CHECK (s IN ('a', 'b', 'c')), flag boolean,
                        u bigint REFERENCES m);

        """

    @Test("constant-index-column finds a column fixed by the predicate, and the shorter index mends it")
    func constant() throws {
        let catalog = SampleCatalog.make(Self.table + "CREATE INDEX x ON m(r, s) WHERE s = 'a';")
        let finding = try #require(ConstantIndexColumn().findings(on: catalog).first)
        #expect(finding.severity == .note)
        guard case .replaceIndex(_, let definition) = finding.remedies.first else {
            Issue.record("it is not replaced")
            return
        }
        #expect(definition.keys.map(\.text) == ["r"])
        #expect(definition.predicate == "s = 'a'")
        #expect(ConstantIndexColumn().isMended(finding, of: catalog))
    }

    @Test(
        "constant-index-column leaves alone a column that varies, and an index of nothing else",
        arguments: [
            "CREATE INDEX x ON m(r, s) WHERE s IS NOT NULL;",
            "CREATE INDEX x ON m(r, s) WHERE s > 'a';",
            "CREATE INDEX x ON m(r) WHERE s = 'a';",
            "CREATE INDEX x ON m(s) WHERE s = 'a';",
        ]
    )
    func notConstant(index: String) {
        #expect(ConstantIndexColumn().subjects(on: SampleCatalog.make(Self.table + index)).isEmpty)
    }

    @Test("constant-index-column says nothing on SQLite, where the column makes the index a covering one")
    func constantOnSQLite() {
        let catalog = SampleCatalog.make(Self.table + "CREATE INDEX x ON m(r, s) WHERE s = 'a';") {
            $0.dialect = .sqlite
        }
        #expect(ConstantIndexColumn().subjects(on: catalog).isEmpty)
    }

    @Test("low-cardinality-index finds booleans and short lists, and says when the index is used")
    func lowCardinality() throws {
        let rule = LowCardinalityIndex()
        for column in ["s", "flag"] {
            var catalog = SampleCatalog.make(Self.table + "CREATE INDEX x ON m(\(column));")
            let finding = try #require(rule.findings(on: catalog).first)
            #expect(finding.severity == .warning)
            #expect(rule.isMended(finding, of: catalog))
            catalog.change(index: "x") { $0.scans = 12 }
            let used = try #require(rule.findings(on: catalog).first)
            #expect(used.severity == .note)
            #expect(used.evidence.contains { $0.contains("12 look-ups") })
            // What apply would do is what is printed first.
            guard case .advice = used.remedies.first, used.remedies.count == 1 else {
                Issue.record("an index that is used is not to be dropped: \(used.remedies)")
                continue
            }
        }
    }

    @Test(
        "low-cardinality-index leaves alone partial, unique and longer indexes and those of foreign keys",
        arguments: [
            "CREATE INDEX x ON m(flag) WHERE s = 'a';",
            "CREATE INDEX x ON m(flag, r);",
            "CREATE UNIQUE INDEX x ON m(flag);",
            "CREATE INDEX x ON m(u);",
            "CREATE INDEX x ON m(r);",
        ]
    )
    func highCardinality(index: String) {
        let catalog = SampleCatalog.make(Self.table + index) {
            $0.change(table: "m") { table in
                for position in table.columns.indices where table.columns[position].name == "u" {
                    table.columns[position].distinctValues = 2
                }
            }
        }
        #expect(LowCardinalityIndex().subjects(on: catalog).isEmpty)
    }

    @Test(
        "low-cardinality-index asks the statistics for numbers and for shares, of tables that are not young",
        arguments: [
            (10.0, 1_000, true), (11, 1_000, false), (-0.0001, 100_000, true), (-0.5, 100_000, false), (3, 999, false),
        ]
    )
    func statistics(distinct: Double, rows: Int, isFound: Bool) {
        let catalog = SampleCatalog.make(Self.table + "CREATE INDEX x ON m(r);") {
            $0.change(table: "m") { table in
                table.estimatedRows = rows
                table.columns[1].distinctValues = distinct
            }
        }
        #expect(LowCardinalityIndex().subjects(on: catalog) == (isFound ? ["public.x"] : []))
    }

    @Test("invalid-index rebuilds what a build left behind and drops what a rebuild left behind")
    func invalid() throws {
        let ddl = "CREATE INDEX x ON m(r); CREATE INDEX x_ccnew1 ON m(r); CREATE INDEX valid ON m(r);"
        let catalog = SampleCatalog.make(Self.table + ddl) { catalog in
            for name in ["x", "x_ccnew1"] { catalog.change(index: name) { $0.isValid = false } }
        }
        let found = InvalidIndex().findings(on: catalog)
        #expect(found.map(\.subject).sorted() == ["public.x", "public.x_ccnew1"])
        for finding in found {
            #expect(InvalidIndex().isMended(finding, of: catalog))
            switch finding.remedies.first {
            case .rebuildIndex(let index): #expect(index.name == "x")
            case .dropIndex(let index): #expect(index.name == "x_ccnew1")
            default: Issue.record("neither rebuilt nor dropped")
            }
        }
    }
}
