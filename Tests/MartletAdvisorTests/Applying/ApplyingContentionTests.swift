import Foundation
import MartletAdvisor
import MartletCore
import MartletSQLite
import Synchronization
import Testing

@Suite("A migration among other sessions")
struct ApplyingContentionTests {
    /// Sessions that stand in the way of building an index: one keeps the table, one keeps an old snapshot of it.
    static let blockers = ["LOCK TABLE \"Sales Dept\".\"Order's\" IN ACCESS EXCLUSIVE MODE", Self.reading]
    private static let reading = "SELECT count(*) FROM \"Sales Dept\".\"Order's\""

    @Test("waits for a lock in attempts, and succeeds once it is free", arguments: blockers)
    func retries(blocker: String) async throws {
        let database = try await ApplyingDatabase(.postgres)
        let other = try await database.engine.connect(.readWrite)
        try await other.runScript("BEGIN ISOLATION LEVEL REPEATABLE READ; \(blocker)")
        let migration = try database.migration(.createIndex(database.definition))
        let log = EventLog()
        let runner = database.runner(log: log) { _ in
            if log.retries == 2 { try await other.run("COMMIT") }
        }
        let report = try await runner.apply(migration)
        await other.close()
        #expect(report.outcome == .applied)
        #expect(log.retries >= 2)
        #expect(try await database.runner().verify(migration.id).isInPlace)
    }

    @Test("says that a lock was not to be had and who is in the way", arguments: blockers)
    func givesUp(blocker: String) async throws {
        let database = try await ApplyingDatabase(.postgres)
        let before = try await database.schemaText()
        let other = try await database.engine.connect(.readWrite)
        try await other.runScript("SET application_name = 'nightly report'; BEGIN ISOLATION LEVEL REPEATABLE READ")
        try await other.runScript(blocker)
        let migration = try database.migration(.createIndex(database.definition))
        let log = EventLog()
        let error = try await database.failure { _ = try await database.runner(log: log).apply(migration) }
        #expect(error.code == .lockUnavailable)
        #expect(error.description.contains("nightly report"))
        let entry = try #require(await database.entry(migration.id))
        #expect(entry.state == .failed)
        let left = try await database.definition(of: database.definition.name)
        // The one who reads keeps the leftover from being dropped, and the journal remembers it.
        #expect(error.changedNothing == (left == nil))
        #expect(entry.records == [left == nil ? .pending : .begun])

        await other.close()
        if blocker == Self.reading {
            _ = try await database.runner().rollback(migration.id)
            #expect(try await database.schemaText() == before)
        }
        #expect(try await database.runner().resume(migration.id).outcome == .applied)
        #expect(try await database.definition(of: database.definition.name) != "invalid")
    }

    @Test("finds an invalid index of an earlier attempt and builds it anew")
    func mendsLeftover() async throws {
        let database = try await ApplyingDatabase(.postgres)
        var definition = database.definition
        definition.isUnique = true
        definition.predicate = nil
        definition.keys = [Index.Key("User Id")]
        let sql =
            "CREATE UNIQUE INDEX CONCURRENTLY \(Identifier(definition.name).quoted) "
            + "ON \(database.table.quoted) (\"User Id\")"
        await #expect(throws: EngineError.self) {
            try await alone(sql, database)
        }
        #expect(try await database.definition(of: definition.name) == "invalid")
        try await database.run(script: "DELETE FROM \(database.table.quoted) WHERE id > 7")

        let log = EventLog()
        let migration = try database.migration(.createIndex(definition))
        #expect(try await database.runner(log: log).apply(migration).outcome == .applied)
        #expect(log.cleared.count == 1)
        #expect(try await database.definition(of: definition.name)?.contains("UNIQUE") == true)
    }

    @Test("leaves an invalid index of another definition alone")
    func keepsForeignLeftover() async throws {
        let database = try await ApplyingDatabase(.postgres)
        let name = Identifier(database.definition.name).quoted
        let sql = "CREATE UNIQUE INDEX CONCURRENTLY \(name) ON \(database.table.quoted) (\"User Id\")"
        await #expect(throws: EngineError.self) {
            try await alone(sql, database)
        }
        let migration = try database.migration(.createIndex(database.definition))
        let error = try await database.failure { _ = try await database.runner().apply(migration) }
        #expect(error.code == .differentDefinition)
        #expect(error.changedNothing)
        #expect(try await database.definition(of: database.definition.name) == "invalid")
    }

    @Test("rebuilds an invalid index, and drops what an interrupted rebuild left")
    func rebuildsInvalid() async throws {
        let database = try await ApplyingDatabase(.postgres)
        let unique = "CREATE UNIQUE INDEX CONCURRENTLY \"Bad\" ON \(database.table.quoted) (\"User Id\")"
        await #expect(throws: EngineError.self) {
            try await alone(unique, database)
        }
        let migration = try database.migration(.rebuildIndex(try await database.index("Bad", isValid: false)))
        await #expect(throws: EngineError.self) {
            try await alone("REINDEX INDEX CONCURRENTLY \"Sales Dept\".\"Bad\"", database)
        }
        #expect(try await database.definition(of: "Bad_ccnew") == "invalid")

        let refused = try await database.failure { _ = try await database.runner().apply(migration) }
        #expect(refused.changedNothing)
        #expect(try await database.definition(of: "Bad_ccnew") == nil)

        try await database.run(script: "DELETE FROM \(database.table.quoted) WHERE id > 7")
        #expect(try await database.runner().resume(migration.id).outcome == .applied)
        #expect(try await database.definition(of: "Bad") != "invalid")
        #expect(try await database.runner().verify(migration.id).isInPlace)
    }

    @Test("lets one of two runners act", arguments: Dialect.allCases)
    func letsOneAct(dialect: Dialect) async throws {
        let database = try await ApplyingDatabase(dialect)
        let migration = try database.migration(.schemaChange(ApplyingPlans.mixed(for: database)))
        func apply() async -> Result<MigrationReport, MigrationError> {
            do throws(MigrationError) {
                let policy = MigrationPolicy(runnerLockAttempts: 5_000, progressPause: nil)
                return .success(try await database.runner(policy: policy).apply(migration))
            } catch {
                return .failure(error)
            }
        }
        async let first = apply()
        async let second = apply()
        let results = await [first, second]
        #expect(results.count { (try? $0.get().outcome) == .applied } <= 1)
        for result in results {
            // On SQLite, where nothing but the journal tells of another runner, the late one says so.
            if case .failure(let error) = result {
                #expect(dialect == .sqlite)
                #expect([.anotherRunner, .lockUnavailable].contains(error.code), "\(error)")
            }
        }
        let last = try await database.runner().apply(migration)
        #expect(last.entry.state == .applied)
        #expect(try await database.runner().status().entries.count == 1)
        #expect(try await ApplyingPlans.isMade(database))
        _ = try await database.runner().rollback(migration.id)
        #expect(try await ApplyingPlans.isBare(database))
    }

    @Test("names the runner that keeps it waiting")
    func namesOtherRunner() async throws {
        let database = try await ApplyingDatabase(.postgres)
        let log = EventLog()
        let inside = Mutex<MigrationError?>(nil)
        let migration = try database.migration(.createIndex(database.definition))
        let other = try await database.engine.connect(.readWrite)
        try await other.runScript("BEGIN; \(Self.blockers[0])")
        // The first runner holds the lock while it pauses between attempts; the second comes right then.
        let first = database.runner { _ in
            do {
                _ = try await database.runner(log: log).apply(migration)
            } catch let error as MigrationError {
                inside.withLock { $0 = error }
            }
            #expect(try await database.runner().status().activeRunner?.contains("martlet apply") == true)
            try await other.run("COMMIT")
        }
        #expect(try await first.apply(migration).outcome == .applied)
        await other.close()
        let told = inside.withLock(\.self)
        let error = try #require(told)
        #expect(error.code == .anotherRunner)
        #expect(error.changedNothing)
        #expect(error.description.contains("martlet apply \(migration.id), session "))
        #expect(log.all.count { if case .waitingForRunner = $0 { true } else { false } } == 2)
    }

    @Test("says that SQLite's write lock was not to be had")
    func givesUpOnSQLite() async throws {
        let database = try await ApplyingDatabase(.sqlite)
        let migration = try database.migration(.createIndex(database.definition))
        let other = try await database.engine.connect(.readWrite)
        try await other.run("BEGIN IMMEDIATE")
        let policy = MigrationPolicy(attempts: 1, progressPause: nil)
        let error = try await database.failure { _ = try await database.runner(policy: policy).apply(migration) }
        #expect(error.code == .lockUnavailable)
        #expect(error.changedNothing)
        try await other.run("ROLLBACK")
        await other.close()
        #expect(try await database.runner().apply(migration).outcome == .applied)
    }

    private func alone(_ sql: String, _ database: ApplyingDatabase) async throws {
        _ = try await database.engine.withConnection(.readWrite) { try await $0.run("\(unsafeSQL: sql)") }
    }
}
