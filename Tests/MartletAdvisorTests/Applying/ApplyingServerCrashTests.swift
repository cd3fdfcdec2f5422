import MartletAdvisor
import MartletCore
import MartletPostgres
import MartletTesting
import Synchronization
import Testing

@Suite("A migration whose server is killed")
struct ApplyingServerCrashTests {
    @Test("goes on when the server is back")
    func goesOn() async throws {
        let server = try await startedServer()
        let engine = try PostgresEngine(server.connectionString())
        try await engine.withConnection(.readWrite) { try await $0.runScript(ApplyingDatabase.postgresSchema) }
        let table = QualifiedName(schema: "Sales Dept", name: "Order's")
        let plan = MigrationPlan(
            name: "slow",
            summary: "An index between two other steps",
            up: [
                MigrationStep(sql: "CREATE TABLE \"Sales Dept\".first (id int)", lock: "none"),
                MigrationStep(
                    sql: "CREATE INDEX CONCURRENTLY \"New\" ON \(table.quoted) (\"User Id\")",
                    isTransactional: false,
                    lock: "none",
                    index: QualifiedName(schema: "Sales Dept", name: "New")
                ),
            ],
            down: [],
            verify: ["SELECT indisvalid FROM pg_index WHERE indexrelid = '\"Sales Dept\".\"New\"'::regclass"]
        )
        let migration = Migration(plan, finding: "", dialect: .postgres, createdAt: ApplyingDatabase.moment)
        // One who keeps an old snapshot holds the build at its last wait, where the server is killed.
        let reader = try await engine.connect(.readWrite)
        try await reader.runScript("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM \(table.quoted)")
        let pauses = Mutex(0)
        let runner = MigrationRunner(
            engine: engine,
            policy: MigrationPolicy(lockTimeout: .milliseconds(100), attempts: 2, progressPause: nil),
            clock: { ApplyingDatabase.moment },
            sleep: { _ in
                pauses.withLock { $0 += 1 }
                try await server.crash()
            }
        )
        await #expect(throws: MigrationError.self) { _ = try await runner.apply(migration) }
        #expect(pauses.withLock(\.self) == 1)
        await reader.close()

        try await server.restart()
        let entry = try #require(await runner.status().entries.first)
        #expect(entry.state == .applying)
        #expect(entry.records == [.made, .begun])
        #expect(entry.standing.contains("1 of 2 steps"))
        #expect(try await runner.resume(migration.id).outcome == .applied)
        #expect(try await runner.verify(migration.id).isInPlace)
        await server.stop()
    }

    private func startedServer() async throws -> PrivatePostgres {
        do {
            return try await ownServer()
        } catch let error as PrivatePostgresError where error.code == .notInstalled {
            try Test.cancel("\(error)")
        }
    }

    /// Not the shared one, which others need while this one is down.
    private func ownServer() async throws -> PrivatePostgres {
        try await PrivatePostgres.start()
    }
}
