import MartletAdvisor
import MartletCore
import MartletTesting
import Testing

@Suite("An index of a partitioned table")
struct PartitionedIndexTests {
    private static let statementsMax = 400

    @Test("is built partition by partition, is valid as a whole, and is taken away with all its parts")
    func isBuiltAndDropped() async throws {
        let (database, migration) = try await partitioned()
        let before = try await database.schemaText()
        let applied = try await database.runner().apply(migration)
        #expect(applied.outcome == .applied)
        #expect(applied.verification.isInPlace)
        // One for the whole, one for the partition with partitions, three for those with rows.
        #expect(try await database.schemaText().count == before.count + 5)
        #expect(try await invalidIndexes(database) == [])
        #expect(applied.entry.migration.plan.up.filter { $0.sql.hasPrefix("CREATE INDEX CONCURRENTLY") }.count == 3)

        #expect(try await database.runner().rollback(migration.id).outcome == .rolledBack)
        #expect(try await database.schemaText() == before)
    }

    @Test("takes in a partition that is made meanwhile")
    func takesInNewPartitions() async throws {
        let (database, migration) = try await partitioned()
        try await database.run(script: #"CREATE TABLE late PARTITION OF "Ev""ents" FOR VALUES FROM (30) TO (40)"#)
        await #expect(throws: MigrationError.self) { _ = try await database.runner().apply(migration) }
        #expect(try await database.runner().rollback(migration.id).outcome == .rolledBack)
        #expect(try await invalidIndexes(database) == [])
        let again = try await migrationFromCatalog(database, second: 1)
        #expect(try await database.runner().apply(again).verification.isInPlace)
        try await database.run(script: #"CREATE TABLE later PARTITION OF "Ev""ents" FOR VALUES FROM (40) TO (50)"#)
        #expect(try await database.runner().verify(again.id).isInPlace)
        #expect(try await database.runner().rollback(again.id).outcome == .rolledBack)
    }

    @Test("goes on, and is undone, from any statement")
    func survivesInterruption() async throws {
        let (database, migration) = try await partitioned()
        let before = try await database.schemaText()
        var deaths = 0
        for number in stride(from: 1, to: Self.statementsMax, by: 3) {
            let engine = FaultyEngine(database.engine, dyingAt: number, number.isMultiple(of: 2) ? .before : .after)
            _ = try? await database.runner(on: engine).apply(migration)
            guard engine.hasDied else { break }
            deaths += 1
            if !number.isMultiple(of: 5) {
                #expect(try await database.runner().apply(migration).verification.isInPlace, "statement \(number)")
                #expect(try await invalidIndexes(database) == [], "statement \(number)")
            }
            if try await database.entry(migration.id) != nil {
                _ = try await database.runner().rollback(migration.id)
            }
            #expect(try await database.schemaText() == before, "statement \(number)")
            try await database.run(script: "DROP SCHEMA IF EXISTS martlet CASCADE")
        }
        #expect((10..<Self.statementsMax / 3).contains(deaths))
    }

    @Test("is refused where a partition lives on another server")
    func refusesForeignPartitions() async throws {
        let (database, _) = try await partitioned()
        try await database.run(
            script: #"""
                CREATE FOREIGN DATA WRAPPER nothing; CREATE SERVER elsewhere FOREIGN DATA WRAPPER nothing;
                CREATE FOREIGN TABLE abroad PARTITION OF "Ev""ents" FOR VALUES FROM (50) TO (60) SERVER elsewhere;
                """#
        )
        let error = try await database.failure { _ = try await migrationFromCatalog(database) }
        #expect(error.code == .unsupported)
        #expect(error.message.contains("abroad"))
    }

    private func partitioned() async throws -> (ApplyingDatabase, Migration) {
        let database = try await ApplyingDatabase(.postgres)
        try await database.run(
            script: #"""
                CREATE TABLE "Ev""ents" (at int, kind text, "Person Id" int) PARTITION BY RANGE (at);
                CREATE TABLE events_1 PARTITION OF "Ev""ents" FOR VALUES FROM (0) TO (10);
                CREATE TABLE "events 2" PARTITION OF "Ev""ents" FOR VALUES FROM (10) TO (20) PARTITION BY LIST (at);
                CREATE TABLE events_2a PARTITION OF "events 2" FOR VALUES IN (10, 11);
                CREATE TABLE events_2b PARTITION OF "events 2" DEFAULT;
                INSERT INTO "Ev""ents" SELECT n % 20, 'k' || n % 5, n FROM generate_series(1, 2000) n;
                """#
        )
        return (database, try await migrationFromCatalog(database))
    }

    private func migrationFromCatalog(_ database: ApplyingDatabase, second: Int64 = 0) async throws -> Migration {
        let catalog = try await database.engine.withConnection(.readOnly) { try await $0.catalog() }
        let definition = IndexDefinition(
            name: "by person",
            table: QualifiedName(schema: "public", name: "Ev\"ents"),
            keys: [Index.Key("Person Id"), Index.Key("lower(kind)", isExpression: true)],
            predicate: #""Person Id" > 2"#
        )
        let plan = try MigrationPlanner(catalog: catalog).plan(.createIndex(definition))
        let createdAt = Timestamp(
            microsecondsSince1970: ApplyingDatabase.moment.microsecondsSince1970 + second * 1_000_000
        )
        return Migration(plan, finding: "test", dialect: .postgres, createdAt: createdAt)
    }

    private func invalidIndexes(_ database: ApplyingDatabase) async throws -> [String] {
        try await database.engine.withConnection(.readOnly) { connection in
            try await connection.run("SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid")
                .map { try $0.decode(String.self, at: 0) }
        }
    }
}
