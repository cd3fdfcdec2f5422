import MartletCore
import Testing

@testable import MartletAdvisor

@Suite("redundant-index and duplicate-index")
struct RedundantIndexTests {
    static let table = """
        CREATE TABLE t (id bigint PRIMARY KEY, a bigint NOT NULL, b bigint NOT NULL, n bigint, s text, flag boolean);

        """

    @Test(
        "finds what another index covers, and dropping it mends it",
        arguments: [
            "CREATE INDEX x ON t(a); CREATE INDEX y ON t(a, b);",
            "CREATE INDEX x ON t(a DESC); CREATE INDEX y ON t(a, b);",
            "CREATE INDEX x ON t(a, b DESC); CREATE INDEX y ON t(a DESC, b, n);",
            "CREATE INDEX x ON t(n); CREATE UNIQUE INDEX y ON t(n, b);",
            "CREATE INDEX x ON t(a) WHERE s = 'k'; CREATE INDEX y ON t(a, b) WHERE s = 'k';",
            "CREATE INDEX x ON t(a, b) WHERE s = 'k'; CREATE INDEX y ON t(a, b, s);",
            "CREATE INDEX x ON t(a, b) WHERE s = 'k'; CREATE INDEX y ON t(s, a, b, n);",
            "CREATE INDEX x ON t(a) WHERE flag; CREATE INDEX y ON t(a, flag);",
            "CREATE INDEX x ON t(a, flag) WHERE flag; CREATE INDEX y ON t(flag, a);",
            "CREATE INDEX x ON t(n) WHERE n IS NOT NULL; CREATE INDEX y ON t(n);",
        ]
    )
    func covered(indexes: String) throws {
        let catalog = SampleCatalog.make(Self.table + indexes)
        let found = RedundantIndex().findings(on: catalog)
        #expect(found.map(\.subject) == ["public.x"])
        #expect(RedundantIndex().isMended(try #require(found.first), of: catalog))
    }

    @Test(
        "leaves alone what only looks covered",
        arguments: [
            "CREATE INDEX x ON t(a); CREATE INDEX y ON t(b, a);",
            "CREATE INDEX x ON t(a, b DESC); CREATE INDEX y ON t(a, b, n);",
            "CREATE UNIQUE INDEX x ON t(a); CREATE INDEX y ON t(a, b);",
            "CREATE INDEX x ON t(a); CREATE INDEX y ON t(a, b) WHERE s = 'k';",
            "CREATE INDEX x ON t(a) WHERE s = 'k'; CREATE INDEX y ON t(a, b);",
            "CREATE INDEX x ON t(a) WHERE s = 'k'; CREATE INDEX y ON t(a, b, s);",
            "CREATE INDEX x ON t(a) WHERE s = 'k'; CREATE INDEX y ON t(a, s) WHERE b = 1;",
            "CREATE INDEX x ON t(a) WHERE n > 5; CREATE INDEX y ON t(a, n);",
            "CREATE INDEX x ON t(a, b DESC, id DESC);",
        ]
    )
    func nearly(indexes: String) {
        let catalog = SampleCatalog.make(Self.table + indexes)
        #expect(RedundantIndex().subjects(on: catalog).isEmpty)
        #expect(DuplicateIndex().subjects(on: catalog).isEmpty)
    }

    @Test("minds operator classes, collations, methods, INCLUDE, validity and where NULLs stand")
    func details() {
        let changes: [(inout Index) -> Void] = [
            { $0.keys[0].operatorClass = "text_pattern_ops" }, { $0.keys[0].collation = "C" }, { $0.method = "hash" },
            { $0.included = ["s"] }, { $0.isValid = false }, { $0.keys[0].nullsFirst = true },
            { $0.isReplicaIdentity = true }, { $0.definition = nil },
        ]
        for change in changes {
            let catalog = SampleCatalog.make(Self.table + "CREATE INDEX x ON t(n); CREATE INDEX y ON t(n, b);") {
                $0.change(index: "x", change)
            }
            #expect(RedundantIndex().subjects(on: catalog).isEmpty)
        }
    }

    /// A catalog in which no look-up by `x` was counted.
    private static func unused(_ indexes: String, _ change: (inout Catalog) -> Void = { _ in }) -> Catalog {
        SampleCatalog.make(table + indexes) { catalog in
            catalog.change(index: "x") { $0.scans = 0 }
            change(&catalog)
        }
    }

    @Test("makes a note of an index that begins with the primary key, unless it is used or a foreign key asks for it")
    func coversPrimaryKey() throws {
        let catalog = Self.unused("CREATE INDEX x ON t(id, a);")
        let finding = try #require(RedundantIndex().findings(on: catalog).first)
        #expect(finding.severity == .note)
        #expect(RedundantIndex().isMended(finding, of: catalog))

        let uncounted = SampleCatalog.make(Self.table + "CREATE INDEX x ON t(id, a);")
        guard case .advice = RedundantIndex().findings(on: uncounted).first?.remedies.first else {
            Issue.record("what may be used is dropped")
            return
        }
        let used = Self.unused("CREATE INDEX x ON t(id, a);") { $0.change(index: "x") { $0.scans = 1 } }
        #expect(RedundantIndex().subjects(on: used).isEmpty)
        let key = Constraint.Kind.foreignKey(
            references: QualifiedName(schema: "public", name: "u"),
            columns: ["a", "b"],
            onDelete: .restrict
        )
        let asked = Self.unused("CREATE INDEX x ON t(a, id, b);") {
            $0.change(table: "t") { $0.constraints.append(Constraint(name: "f", kind: key, columns: ["a", "b"])) }
        }
        #expect(RedundantIndex().subjects(on: asked).isEmpty)
    }

    @Test("shortens an index that goes on behind the primary key when its beginning is needed")
    func behindPrimaryKey() throws {
        let catalog = Self.unused("CREATE INDEX x ON t(a, id, b);")
        let finding = try #require(RedundantIndex().findings(on: catalog).first)
        #expect(finding.severity == .note)
        guard case .replaceIndex(let old, let definition) = finding.remedies.first else {
            Issue.record("it is not replaced but \(finding.remedies)")
            return
        }
        #expect(old.name == "x")
        #expect(definition.keys.map(\.text) == ["a", "id"])
        #expect(RedundantIndex().isMended(finding, of: catalog))
    }

    @Test("drops an index that goes on behind the primary key when another has its beginning")
    func behindPrimaryKeyServed() throws {
        let catalog = Self.unused("CREATE INDEX x ON t(a, id, b); CREATE INDEX y ON t(a);")
        let found = RedundantIndex().findings(on: catalog)
        #expect(found.map(\.subject) == ["public.x"], "y must stay when x goes")
        guard case .dropIndex = found.first?.remedies.first else {
            Issue.record("it is not dropped")
            return
        }
    }

    @Test("finds duplicates and keeps the unique, then the older by its name")
    func duplicates() throws {
        let indexes = """
            CREATE INDEX a_idx ON t(a); CREATE INDEX a_idx1 ON t(a);
            CREATE INDEX b_idx ON t(b); CREATE UNIQUE INDEX b_key ON t(b);
            CREATE INDEX same_as_key ON t(id);
            CREATE INDEX p ON t(n) WHERE (s = 'k'); CREATE INDEX q ON t(n) WHERE s = 'k';
            CREATE INDEX d ON t(n DESC);
            """
        let catalog = SampleCatalog.make(Self.table + indexes)
        let found = DuplicateIndex().findings(on: catalog)
        #expect(found.map(\.subject).sorted() == ["public.a_idx1", "public.b_idx", "public.q", "public.same_as_key"])
        for finding in found { #expect(DuplicateIndex().isMended(finding, of: catalog)) }
    }

    @Test("never drops a unique index that a foreign key may refer to")
    func referenced() {
        let ddl = """
            CREATE TABLE p (id bigint PRIMARY KEY, code bigint NOT NULL);
            CREATE UNIQUE INDEX p_code ON p(code); CREATE UNIQUE INDEX p_code1 ON p(code);
            CREATE TABLE c (id bigint PRIMARY KEY, code bigint);
            """
        #expect(DuplicateIndex().subjects(on: SampleCatalog.make(ddl)) == ["public.p_code1"])
        let key = Constraint.Kind.foreignKey(
            references: QualifiedName(schema: "public", name: "p"),
            columns: ["code"],
            onDelete: .restrict
        )
        let referenced = SampleCatalog.make(ddl) {
            $0.change(table: "c") { $0.constraints.append(Constraint(name: "f", kind: key, columns: ["code"])) }
        }
        #expect(DuplicateIndex().subjects(on: referenced).isEmpty)
    }

    @Test("sees SQLite's rowid behind an INTEGER PRIMARY KEY")
    func rowid() {
        let catalog = SampleCatalog.make(Self.table + "CREATE INDEX x ON t(id);") { catalog in
            catalog.dialect = .sqlite
            catalog.change(table: "t") { $0.indexes.removeAll(where: \.isPrimary) }
        }
        #expect(DuplicateIndex().subjects(on: catalog) == ["public.x"])
    }

    @Test("keeps every foreign key and every look-up served, whatever is dropped", arguments: 0..<20)
    func randomCatalogs(run: Int) throws {
        let seed = UInt64.random(in: .min ... .max)
        var random = SplitMix64(seed: seed)
        for _ in 0..<50 {
            let catalog = Self.randomCatalog(&random)
            var changed = catalog
            for rule in [RedundantIndex(), DuplicateIndex(), UnusedIndex(), LowCardinalityIndex()] as [any Rule] {
                for finding in rule.findings(on: catalog) {
                    guard let remedy = finding.remedies.first else { continue }
                    changed.carryOut(remedy)
                }
            }
            let keys = ForeignKeyWithoutIndex()
            #expect(keys.subjects(on: changed) == keys.subjects(on: catalog), "seed \(seed)")
        }
    }

    private static func randomCatalog(_ random: inout SplitMix64) -> Catalog {
        let columns = ["id", "a", "b", "n", "flag"]
        var ddl = """
            CREATE TABLE u (id bigint PRIMARY KEY);
            CREATE TABLE t (id bigint PRIMARY KEY, a bigint NOT NULL REFERENCES u, b bigint REFERENCES u, n bigint,
                            flag boolean);

            """
        for number in 0..<Int.random(in: 1...7, using: &random) {
            let keys = columns.shuffled(using: &random).prefix(Int.random(in: 1...4, using: &random))
            let predicates = ["", "", "", " WHERE flag", " WHERE n = 3", " WHERE b IS NOT NULL"]
            let predicate = predicates.randomElement(using: &random) ?? ""
            ddl += "CREATE INDEX i\(number) ON t(\(keys.joined(separator: ", ")))\(predicate);\n"
        }
        var scans: [Int] = (0..<8).map { _ in Int.random(in: 0...1, using: &random) }
        return SampleCatalog.make(ddl) { catalog in
            catalog.statisticsSince = SampleCatalog.daysAgo(100)
            catalog.change(table: "t") { table in
                for position in table.indexes.indices { table.indexes[position].scans = scans.popLast() ?? 0 }
            }
        }
    }
}
