import MartletCore
import Testing

@testable import MartletAdvisor

@Suite("A migration that cannot be undone any more")
struct ForgettingTests {
    @Test("says so, is forgotten on request, and leaves the way to others free", arguments: Dialect.allCases)
    func tableRenamed(dialect: Dialect) async throws {
        let database = try await ApplyingDatabase(dialect)
        let first = try database.migration(.createIndex(database.definition))
        _ = try await database.runner().apply(first)
        let stuck = try database.migration(.dropIndex(try await database.index("Old Index")))
        _ = try await database.runner().apply(stuck)
        try await database.run(script: "ALTER TABLE \(database.table.quoted) RENAME TO renamed")
        let before = try await database.schemaText()

        for force in [false, true] {
            let error = try await database.failure {
                _ = try await database.runner().rollback(stuck.id, force: force)
            }
            #expect(error.message.contains("martlet rollback --forget \(stuck.id)"), "\(error)")
        }
        let entry = try #require(await database.entry(stuck.id))
        #expect(entry.state == .rollingBack)
        #expect(entry.standing.contains("--forget") && entry.standing.contains("renamed"), "\(entry.standing)")

        let report = try await database.runner().forget(stuck.id)
        #expect(report.outcome == .forgotten)
        #expect(try await database.entry(stuck.id)?.state == .forgotten)
        #expect(try await database.schemaText() == before)
        #expect(try await database.runner().forget(stuck.id).outcome == .alreadyRolledBack)
        #expect(try await database.runner().rollback(stuck.id).outcome == .alreadyRolledBack)
        #expect(try await database.runner().rollback(first.id, force: true).outcome == .rolledBack)

        try await database.run(
            script: "ALTER TABLE \(QualifiedName(schema: database.schema, name: "renamed").quoted) RENAME TO "
                + Identifier(database.table.name).quoted
        )
        #expect(try await database.runner().resume(stuck.id).outcome == .applied)
        #expect(try await database.runner().rollback(stuck.id).outcome == .rolledBack)
    }

    @Test("says what depends on what it would undo")
    func dependent() async throws {
        let database = try await ApplyingDatabase(.postgres)
        try await database.run(script: "CREATE TABLE r (x integer NOT NULL); CREATE UNIQUE INDEX r_x ON r (x);")
        let catalog = try await database.readCatalog()
        let finding = try #require(
            TableWithoutPrimaryKey().findings(on: catalog).first { $0.subject == "public.r" }
        )
        let plan = try MigrationPlanner(catalog: catalog).plan(try #require(finding.remedies.first))
        let migration = Migration(plan, finding: "f", dialect: .postgres, createdAt: ApplyingDatabase.moment)
        _ = try await database.runner().apply(migration)
        try await database.run(script: "CREATE TABLE child (x integer REFERENCES r)")
        let error = try await database.failure { _ = try await database.runner().rollback(migration.id) }
        #expect(error.message.contains("drop what depends on it first"), "\(error)")
        try await database.run(script: "DROP TABLE child")
        #expect(try await database.runner().rollback(migration.id).outcome == .rolledBack)
    }

    @Test(
        "names keep the letters of any script",
        arguments: [
            ("create-index-заказ_клиент_idx", "create-index-заказ-клиент-idx"),
            ("create-index-注文_idx", "create-index-注文-idx"), ("drop-index-Ünï Cödé", "drop-index-ünï-cödé"),
            ("…", "migration"), (String(repeating: "я", count: 90), String(repeating: "я", count: 50)),
        ]
    )
    func names(name: String, slug: String) {
        #expect(Migration.id(for: name, at: ApplyingDatabase.moment) == "20240506-070809-\(slug)")
    }

    @Test("a second migration of the same second and name gets a number")
    func namesApart() {
        func migration(_ sql: String) -> Migration {
            let plan = MigrationPlan(name: "n", summary: "", up: [.init(sql: sql, lock: "")], down: [], verify: [])
            return Migration(plan, finding: "f", dialect: .sqlite, createdAt: ApplyingDatabase.moment)
        }
        let first = migration("SELECT 1")
        let second = migration("SELECT 2").named(apartFrom: [first])
        let third = migration("SELECT 3").named(apartFrom: [first, second])
        #expect([second.id, third.id] == ["\(first.id)-2", "\(first.id)-3"])
        #expect(first.named(apartFrom: [first]).id == first.id)
    }
}
