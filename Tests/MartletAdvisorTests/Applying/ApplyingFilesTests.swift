import Foundation
import MartletAdvisor
import MartletCore
import MartletTesting
import Testing

@Suite("A migration as files")
struct ApplyingFilesTests {
    @Test("is named by the time and the plan, so that names sort by age")
    func isNamed() throws {
        let plan = MigrationPlan(name: "Créate  Index \"X\"", summary: "s", up: [], down: [], verify: [])
        let moments = [0, 1_000_000, 60_000_000_000, 1_714_979_289_999_999].map(Timestamp.init(microsecondsSince1970:))
        let ids = moments.map { Migration(plan, finding: "", dialect: .sqlite, createdAt: $0).id }
        #expect(ids.first == "19700101-000000-créate-index-x")
        #expect(ids.last == "20240506-070809-créate-index-x")
        #expect(ids == ids.sorted())
    }

    @Test("has another checksum when any part is another")
    func isSummed() {
        let step = MigrationStep(sql: "SELECT 1", lock: "none")
        let plan = MigrationPlan(name: "n", summary: "s", up: [step], down: [step], verify: ["SELECT 1"])
        var others = [plan, plan, plan, plan, plan, plan]
        others[0].up[0].sql += " "
        others[1].up[0].isTransactional = false
        others[2].down = []
        others[3].verify.append("")
        others[4].up.append(step)
        others[5].down.append(step)
        let all = ([plan] + others)
            .map {
                Migration($0, finding: "", dialect: .sqlite, createdAt: ApplyingDatabase.moment).checksum
            }
        #expect(Set(all).count == all.count)
        var renamed = plan
        renamed.summary = "another summary"
        let same = Migration(renamed, finding: "f", dialect: .sqlite, createdAt: ApplyingDatabase.moment).checksum
        #expect(same == all[0])
    }

    @Test("says what a reader must know")
    func explains() throws {
        let database = ApplyingFiles.postgresMigration
        let files = MigrationFiles(database).documents
        #expect(files.map(\.name) == ["up.sql", "down.sql", "verify.sql"])
        for file in files {
            #expect(file.text.contains("-- finding: rule/subject\n-- with a line break"))
            #expect(file.text.contains("psql -X -v ON_ERROR_STOP=1 -f \(file.name)"))
        }
        #expect(files[0].text.contains("CONCURRENTLY may not run in a transaction"))
        #expect(files[0].text.contains("SHARE UPDATE EXCLUSIVE"))
        #expect(files[0].text.contains("SET lock_timeout"))
        #expect(MigrationFiles(database).dryRun.contains("-- ==> down.sql"))
    }

    @Test("runs by hand: up, verify, down", arguments: Dialect.allCases)
    func runsByHand(dialect: Dialect) async throws {
        let database = try await ApplyingDatabase(dialect)
        let migration = try database.migration(.schemaChange(ApplyingPlans.mixed(for: database)))
        let folder = try TemporaryDatabase().folder.path + "-files"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let paths = try MigrationFiles(migration).write(to: folder, files: .default)
        #expect(paths == ["up", "down", "verify"].map { "\(folder)/\(migration.id)/\($0).sql" })
        for (path, isMade) in [(paths[0], true), (paths[1], false)] {
            try await runStatements(of: path, database)
            #expect(try await ApplyingPlans.isMade(database, orBare: isMade) == isMade)
        }
        #expect(try await ApplyingPlans.isBare(database))
    }

    @Test("says so when they cannot be written")
    func failsToWrite() throws {
        let error = #expect(throws: MigrationError.self) {
            try MigrationFiles(ApplyingFiles.postgresMigration).write(to: "/dev/null/x", files: .default)
        }
        #expect(error?.code == .unwritableFiles)
    }

    /// Statement by statement, as psql and sqlite3 do.
    private func runStatements(of path: String, _ database: ApplyingDatabase) async throws {
        let text = try String(contentsOfFile: path, encoding: .utf8)
        try await database.engine.withConnection(.readWrite) { connection in
            for statement in ScriptSplitter.statements(of: text, dialect: connection.dialect) {
                try await connection.run("\(unsafeSQL: String(statement))")
            }
        }
    }
}

/// Migrations that need no database.
enum ApplyingFiles {
    static let postgresMigration = Migration(
        MigrationPlan(
            name: "n",
            summary: "s",
            up: [
                MigrationStep(
                    sql: "CREATE INDEX CONCURRENTLY i ON t (a);",
                    isTransactional: false,
                    lock: "SHARE UPDATE EXCLUSIVE"
                )
            ],
            down: [],
            verify: []
        ),
        finding: "rule/subject\nwith a line break",
        dialect: .postgres,
        createdAt: ApplyingDatabase.moment
    )
}
