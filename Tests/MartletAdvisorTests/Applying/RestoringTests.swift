import MartletCore
import Testing

@testable import MartletAdvisor

@Suite("Rolling back on PostgreSQL")
struct RestoringTests {
    private static let table = """
        CREATE TABLE r (x integer NOT NULL, y integer, z text);
        CREATE UNIQUE INDEX r_x ON r (x);
        CREATE INDEX r_yz ON r (y, lower(z)) WITH (fillfactor = 70) WHERE y > 3;
        CREATE INDEX r_y ON r (y);

        """

    @Test(
        "brings back all that hangs on an index that was dropped",
        arguments: [
            ("r_yz", "COMMENT ON INDEX r_yz IS 'it''s \\ needed'"),
            ("r_yz", "ALTER INDEX r_yz ALTER COLUMN 2 SET STATISTICS 700"),
            ("r_y", "ALTER TABLE r CLUSTER ON r_y"),
            (
                "r_x",
                """
                ALTER TABLE r CLUSTER ON r_x; COMMENT ON INDEX r_x IS 'one';
                ALTER TABLE r ALTER COLUMN x SET STATISTICS 7
                """
            ),
        ]
    )
    func droppedIndex(name: String, script: String) async throws {
        let database = try await ApplyingDatabase(.postgres)
        try await database.run(script: Self.table + script)
        let catalog = try await database.readCatalog()
        let index = try #require(catalog.tables.flatMap(\.indexes).first { $0.name == name })
        try await Self.expectRestored(.dropIndex(index), in: database)
    }

    @Test(
        "brings back all that hangs on an index that became the primary key",
        arguments: [
            "ALTER TABLE r REPLICA IDENTITY USING INDEX r_x", "ALTER TABLE r CLUSTER ON r_x",
            "COMMENT ON INDEX r_x IS 'one'", "ALTER TABLE r REPLICA IDENTITY FULL",
        ]
    )
    func primaryKey(script: String) async throws {
        let database = try await ApplyingDatabase(.postgres)
        try await database.run(script: Self.table + script)
        let findings = TableWithoutPrimaryKey().findings(on: try await database.readCatalog())
        let remedy = try #require(findings.first { $0.subject == "public.r" }?.remedies.first)
        try await Self.expectRestored(remedy, in: database)
    }

    /// Applies a remedy and rolls it back twice, once after somebody made the index anew without what hung on it.
    private static func expectRestored(_ remedy: Remedy, in database: ApplyingDatabase) async throws {
        let catalog = try await database.readCatalog()
        let before = SchemaSnapshot(catalog)
        let plan = try MigrationPlanner(catalog: catalog).plan(remedy)
        let migration = Migration(plan, finding: "f", dialect: .postgres, createdAt: ApplyingDatabase.moment)
        #expect(try await database.runner().apply(migration).outcome == .applied)
        #expect(SchemaSnapshot(try await database.readCatalog()) != before)
        #expect(try await database.runner().rollback(migration.id).outcome == .rolledBack)
        #expect(before.difference(to: SchemaSnapshot(try await database.readCatalog())) == [])
    }

    @Test("puts the tablespace where PostgreSQL expects it")
    func tablespace() throws {
        let cases = [
            "CREATE INDEX i ON public.t USING btree (lower(\"where\")) WITH (fillfactor='70') WHERE (a > 1)":
                "(lower(\"where\")) WITH (fillfactor='70') TABLESPACE \"fast\" WHERE (a > 1)",
            "CREATE INDEX i ON public.t USING btree (a)": "USING btree (a) TABLESPACE \"fast\"",
        ]
        for (definition, expected) in cases {
            var statement = try #require(IndexStatement(definition, dialect: .postgres))
            statement.place(inTablespace: "fast")
            #expect(statement.concurrentSQL.hasSuffix(expected), "\(statement.concurrentSQL)")
        }
    }

    @Test("a primary key is not made of an index that a foreign key leans on")
    func referenced() async throws {
        let database = try await ApplyingDatabase(.postgres)
        try await database.run(
            script: Self.table + "CREATE TABLE child (x integer REFERENCES r (x));"
        )
        let finding = try #require(
            TableWithoutPrimaryKey().findings(on: try await database.readCatalog()).first { $0.subject == "public.r" }
        )
        guard case .advice(let advice) = finding.remedies.first else {
            Issue.record("it is planned: \(finding.remedies)")
            return
        }
        #expect(advice.contains("Foreign keys refer to r_x"))
        #expect(finding.severity == .note)

        try await database.run(script: "ALTER TABLE r ALTER COLUMN y SET NOT NULL; CREATE UNIQUE INDEX r_y2 ON r (y)")
        let other = TableWithoutPrimaryKey().findings(on: try await database.readCatalog())
        try await Self.expectRestored(
            try #require(other.first { $0.subject == "public.r" }?.remedies.first),
            in: database
        )
    }

    @Test("a unique index in another order tells rows apart, and cannot be the primary key as it is")
    func otherOrder() async throws {
        let database = try await ApplyingDatabase(.postgres)
        try await database.run(
            script: """
                CREATE TABLE d (x integer NOT NULL); CREATE UNIQUE INDEX d_x ON d (x DESC);
                CREATE TABLE e (z text NOT NULL); CREATE UNIQUE INDEX e_z ON e (z COLLATE "C");
                """
        )
        for finding in TableWithoutPrimaryKey().findings(on: try await database.readCatalog()) {
            #expect(finding.severity == .note, "\(finding.id)")
            guard case .advice = finding.remedies.first else {
                Issue.record("\(finding.id) is planned")
                continue
            }
        }
    }

    @Test("a sequence that begins anew is not near its end, unless its column is")
    func cycles() async throws {
        let database = try await ApplyingDatabase(.postgres)
        try await database.run(
            script: """
                CREATE SEQUENCE anew MAXVALUE 100 CYCLE; SELECT setval('anew', 99);
                CREATE SEQUENCE ends MAXVALUE 100; SELECT setval('ends', 99);
                CREATE TABLE narrow (id integer); CREATE SEQUENCE wide CYCLE OWNED BY narrow.id;
                SELECT setval('wide', 2147483000);
                """
        )
        #expect(SequenceNearEnd().subjects(on: try await database.readCatalog()) == ["public.ends", "public.wide"])
    }
}
