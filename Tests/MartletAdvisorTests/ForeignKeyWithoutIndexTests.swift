import MartletCore
import Testing

@testable import MartletAdvisor

@Suite("foreign-key-without-index")
struct ForeignKeyWithoutIndexTests {
    static let tables = """
        CREATE TABLE users (id bigint PRIMARY KEY);
        CREATE TABLE chats (id bigint PRIMARY KEY, user_id bigint REFERENCES users ON DELETE CASCADE, kind text);
        """
    let rule = ForeignKeyWithoutIndex()

    @Test("names the columns, the action and the rows, and its index mends it")
    func shows() throws {
        let catalog = SampleCatalog.make(Self.tables)
        let finding = try #require(rule.findings(on: catalog).first)
        #expect(finding.id == "foreign-key-without-index/public.chats.user_id")
        #expect(finding.severity == .warning)
        #expect(finding.evidence.contains { $0.contains("deletes the rows that refer to it") })
        #expect(finding.evidence.contains { $0.contains("about 100,000 rows (estimate), 10 MB") })
        guard case .createIndex(let definition) = finding.remedies.first else {
            Issue.record("no index is proposed")
            return
        }
        #expect(definition.name == "chats_user_id_idx")
        #expect(rule.isMended(finding, of: catalog))
    }

    @Test(
        "is content with an index that finds the rows",
        arguments: [
            "CREATE INDEX a ON chats(user_id);",
            "CREATE INDEX a ON chats(user_id DESC, kind);",
            "CREATE INDEX a ON chats(user_id) WHERE user_id IS NOT NULL;",
            "CREATE UNIQUE INDEX a ON chats(user_id, kind);",
        ]
    )
    func nearly(index: String) {
        #expect(rule.subjects(on: SampleCatalog.make(Self.tables + index)).isEmpty)
    }

    @Test(
        "is not content with an index that does not",
        arguments: [
            "CREATE INDEX a ON chats(kind, user_id);",
            "CREATE INDEX a ON chats(user_id) WHERE kind = 'x';",
            "CREATE INDEX a ON chats(user_id) WHERE kind IS NOT NULL;",
        ]
    )
    func doesNotServe(index: String) {
        #expect(rule.subjects(on: SampleCatalog.make(Self.tables + index)) == ["public.chats.user_id"])
    }

    @Test("is not content with an invalid index, one of another method, or one of another collation")
    func unusable() {
        let changes: [(inout Index) -> Void] = [
            { $0.isValid = false }, { $0.method = "brin" }, { $0.keys[0].collation = "C" },
        ]
        for change in changes {
            let catalog = SampleCatalog.make(Self.tables + "CREATE INDEX a ON chats(user_id);") {
                $0.change(index: "a", change)
            }
            #expect(rule.subjects(on: catalog) == ["public.chats.user_id"])
        }
        let hash = SampleCatalog.make(Self.tables + "CREATE INDEX a ON chats(user_id);") {
            $0.change(index: "a") { $0.method = "hash" }
        }
        #expect(rule.subjects(on: hash).isEmpty)
    }

    @Test("takes the columns of a composite key in any order")
    func composite() {
        let ddl = """
            CREATE TABLE nodes (tenant bigint, id bigint, PRIMARY KEY (tenant, id));
            CREATE TABLE steps (id bigint PRIMARY KEY, tenant bigint, node bigint);
            CREATE INDEX a ON steps(node, tenant, id);
            """
        let key = Constraint(
            name: "steps_node_fkey",
            kind: .foreignKey(
                references: QualifiedName(schema: "public", name: "nodes"),
                columns: ["tenant", "id"],
                onDelete: .restrict
            ),
            columns: ["tenant", "node"]
        )
        var catalog = SampleCatalog.make(ddl) { $0.change(table: "steps") { $0.constraints.append(key) } }
        #expect(rule.subjects(on: catalog).isEmpty)
        catalog.change(index: "a") { $0.keys = [Index.Key("node"), Index.Key("id"), Index.Key("tenant")] }
        let found = rule.findings(on: catalog)
        #expect(found.map(\.subject) == ["public.steps.tenant,node"])
        #expect(found.first?.severity == .note, "an index that begins with one of the columns helps in part")
    }

    @Test("makes only a note of a tiny table")
    func tiny() {
        let few = SampleCatalog.make(Self.tables) { $0.change(table: "chats") { $0.estimatedRows = 499 } }
        #expect(rule.findings(on: few).first?.severity == .note)
        let enough = SampleCatalog.make(Self.tables) { $0.change(table: "chats") { $0.estimatedRows = 500 } }
        #expect(rule.findings(on: enough).first?.severity == .warning)
        // CREATE INDEX on the empty table has left the 0.
        let outdated = SampleCatalog.make(Self.tables) { $0.change(table: "chats") { $0.estimatedRows = 0 } }
        let finding = rule.findings(on: outdated).first
        #expect(finding?.severity == .warning)
        #expect(finding?.evidence.contains { $0.contains("an unknown number of rows") } == true)
        let unknown = SampleCatalog.make(Self.tables) {
            $0.change(table: "chats") { table in
                table.estimatedRows = nil
                table.tableBytes = 4_096
            }
        }
        #expect(rule.findings(on: unknown).first?.severity == .note)
    }

    @Test("counts SQLite's own order of the table as an index, and PostgreSQL's primary key by its index")
    func primaryKeyOrder() {
        let ddl = """
            CREATE TABLE users (id bigint PRIMARY KEY);
            CREATE TABLE profiles (user_id bigint PRIMARY KEY REFERENCES users);
            """
        #expect(rule.subjects(on: SampleCatalog.make(ddl)).isEmpty)
        let sqlite = SampleCatalog.make(ddl) { catalog in
            catalog.dialect = .sqlite
            catalog.change(table: "profiles") { $0.indexes = [] }
        }
        #expect(rule.subjects(on: sqlite).isEmpty)
        let broken = SampleCatalog.make(ddl) { $0.change(table: "profiles") { $0.indexes = [] } }
        #expect(rule.subjects(on: broken) == ["public.profiles.user_id"])
    }

    @Test("leaves partitions to their parent")
    func partitions() {
        let catalog = SampleCatalog.make(Self.tables) { $0.change(table: "chats") { $0.kind = .partition } }
        #expect(rule.subjects(on: catalog).isEmpty)
    }
}
