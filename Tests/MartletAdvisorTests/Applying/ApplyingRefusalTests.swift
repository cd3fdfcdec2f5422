import Foundation
import MartletAdvisor
import MartletCore
import MartletSQLite
import Testing

@Suite("A migration that is refused")
struct ApplyingRefusalTests {
    @Test("changes nothing in a database that cannot be written", arguments: Dialect.allCases)
    func refusesReadOnly(dialect: Dialect) async throws {
        let database = try await ApplyingDatabase(dialect)
        let before = try await database.schemaText()
        if dialect == .postgres {
            try await database.run(
                script: """
                    DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_read_only = on',
                      current_database()); END $$
                    """
            )
        }
        let engine = ReadOnlyEngine(database.engine)
        let runner = database.runner(on: dialect == .postgres ? database.engine : engine)
        let migration = try database.migration(.createIndex(database.definition))
        let error = try await database.failure { _ = try await runner.apply(migration) }
        #expect(error.code == .readOnly)
        #expect(error.changedNothing)
        #expect(try await database.schemaText() == before)
        #expect(try await runner.status().entries.isEmpty)
    }

    @Test("says that a privilege is missing")
    func refusesWithoutPrivilege() async throws {
        let database = try await ApplyingDatabase(.postgres)
        let role = "reader_\(UInt32.random(in: 0 ... .max))"
        try await database.run(
            script: """
                CREATE ROLE \(role);
                CREATE SCHEMA martlet AUTHORIZATION \(role);
                GRANT USAGE ON SCHEMA "Sales Dept" TO \(role);
                """
        )
        let before = try await database.schemaText()
        let migration = try database.migration(.createIndex(database.definition))
        let runner = database.runner(on: RoleEngine(database.engine, role: role))
        let error = try await database.failure { _ = try await runner.apply(migration) }
        #expect(error.code == .permissionDenied)
        #expect(error.changedNothing)
        #expect(error.driverCode == "42501")
        #expect(try await database.schemaText() == before)
        #expect(try await database.runner().resume(migration.id).outcome == .applied)
        try await database.run(script: "DROP SCHEMA martlet CASCADE; DROP OWNED BY \(role); DROP ROLE \(role)")
    }

    @Test("reports a journal row that was changed", arguments: Dialect.allCases)
    func reportsChangedRow(dialect: Dialect) async throws {
        let database = try await ApplyingDatabase(dialect)
        let migration = try database.migration(.createIndex(database.definition))
        _ = try await database.runner().apply(migration)
        let table = dialect == .postgres ? "martlet.migrations" : "martlet_migrations"
        try await database.run(script: "UPDATE \(table) SET verify = '[\"SELECT 1\"]'")

        #expect(try await database.entry(migration.id)?.isIntact == false)
        let again = try await database.failure { _ = try await database.runner().apply(migration) }
        #expect(again.code == .checksumMismatch)
        let undo = try await database.failure { _ = try await database.runner().rollback(migration.id) }
        #expect(undo.code == .checksumMismatch)
        #expect(try await database.definition(of: database.definition.name) != nil)
        #expect(try await database.runner().rollback(migration.id, force: true).outcome == .rolledBack)
        #expect(try await database.definition(of: database.definition.name) == nil)
    }

    @Test("refuses another migration under a name that is taken", arguments: Dialect.allCases)
    func refusesTakenName(dialect: Dialect) async throws {
        let database = try await ApplyingDatabase(dialect)
        _ = try await database.runner().apply(try database.migration(.createIndex(database.definition)))
        var other = database.definition
        other.keys.removeLast()
        let migration = try database.migration(.createIndex(other))
        let error = try await database.failure { _ = try await database.runner().apply(migration) }
        #expect(error.code == .checksumMismatch)
        #expect(error.changedNothing)
    }

    @Test("refuses to rebuild a unique index while rows have equal keys, and leaves nothing behind")
    func refusesEqualKeys() async throws {
        let database = try await ApplyingDatabase(.postgres)
        try await database.run(script: "CREATE TABLE k (n integer); INSERT INTO k VALUES (1), (1)")
        await #expect(throws: EngineError.self) {
            try await database.run(script: "CREATE UNIQUE INDEX CONCURRENTLY k_n ON k (n)")
        }
        let catalog = try await database.readCatalog()
        let finding = try #require(InvalidIndex().findings(in: Observation(catalog: catalog)).first)
        let plan = try MigrationPlanner(catalog: catalog).plan(try #require(finding.remedies.first))
        let migration = Migration(plan, finding: finding.id, dialect: .postgres, createdAt: ApplyingDatabase.moment)
        let error = try await database.failure { _ = try await database.runner().apply(migration) }
        #expect(error.code == .duplicateKeys)
        #expect(error.changedNothing)
        #expect(error.message.contains("rows have equal keys"))
        #expect(try await database.readCatalog().tables.flatMap(\.indexes).count { !$0.isValid } == 1)
    }

    @Test("knows the same work under a later name", arguments: Dialect.allCases)
    func knowsSameWork(dialect: Dialect) async throws {
        let database = try await ApplyingDatabase(dialect)
        let plan = try database.plan(.createIndex(database.definition))
        let first = Migration(plan, finding: "a", dialect: dialect, createdAt: ApplyingDatabase.moment)
        let later = Timestamp(microsecondsSince1970: ApplyingDatabase.moment.microsecondsSince1970 + 60_000_000)
        let second = Migration(plan, finding: "a", dialect: dialect, createdAt: later)
        _ = try await database.runner().apply(first)
        let report = try await database.runner().apply(second)
        #expect(report.outcome == .alreadyApplied)
        #expect(report.entry.id == first.id)

        _ = try await database.runner().rollback(first.id)
        #expect(try await database.runner().apply(second).entry.id == second.id)
        #expect(try await database.runner().status().entries.map(\.state) == [.rolledBack, .applied])
    }

    @Test("fails where all steps are made and the change is not in place", arguments: Dialect.allCases)
    func failsUnverified(dialect: Dialect) async throws {
        let database = try await ApplyingDatabase(dialect)
        var plan = ApplyingPlans.mixed(for: database)
        plan.verify.append("SELECT 1 = 2")
        let migration = try database.migration(.schemaChange(plan))
        let error = try await database.failure { _ = try await database.runner().apply(migration) }
        #expect(error.code == .verificationFailed)
        #expect(!error.changedNothing)
        #expect(try await database.entry(migration.id)?.state == .failed)
        #expect(try await database.runner().rollback(migration.id).outcome == .rolledBack)
        #expect(try await ApplyingPlans.isBare(database))
    }

    @Test("undoes what was made before a step failed", arguments: Dialect.allCases)
    func undoesAfterFailure(dialect: Dialect) async throws {
        let database = try await ApplyingDatabase(dialect)
        var plan = ApplyingPlans.mixed(for: database)
        plan.up[2].sql = "INSERT INTO nowhere VALUES (1)"
        let migration = try database.migration(.schemaChange(plan))
        let error = try await database.failure { _ = try await database.runner().apply(migration) }
        #expect(!error.changedNothing)
        let entry = try #require(await database.entry(migration.id))
        #expect(entry.state == .failed)
        #expect(entry.step == 2)
        #expect(entry.message.contains("nowhere"))
        #expect(try await database.runner().rollback(migration.id).outcome == .rolledBack)
        #expect(try await ApplyingPlans.isBare(database))
    }

    @Test("knows no migration that is not in the journal", arguments: Dialect.allCases)
    func refusesUnknown(dialect: Dialect) async throws {
        let database = try await ApplyingDatabase(dialect)
        for attempt in [
            { _ = try await database.runner().rollback("nothing") },
            { _ = try await database.runner().resume("nothing") },
            { _ = try await database.runner().verify("nothing") },
        ] as [() async throws -> Void] {
            #expect(try await database.failure(attempt).code == .unknownMigration)
        }
        #expect(try await database.runner().status().entries.isEmpty)
    }
}
