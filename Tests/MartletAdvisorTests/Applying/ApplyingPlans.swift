import MartletAdvisor
import MartletCore

extension IndexDefinition {
    /// The same index by a statement that a person would write: another spelling, not concurrently.
    func blockingSQL(for database: ApplyingDatabase) -> String {
        let keys = keys.map { Identifier($0.text).quoted + ($0.isDescending ? " desc" : " asc") }
        let name = database.dialect == .postgres ? Identifier(name).quoted : "main.\(Identifier(name).quoted)"
        let table = database.dialect == .postgres ? table.quoted : Identifier(table.name).quoted
        let condition = predicate.map { "  where   \($0)" } ?? ""
        return
            "create \(isUnique ? "unique " : "")index  \(name)\n on \(table) ( \(keys.joined(separator: " , ")) )\(condition)"
    }
}

/// Plans with several steps.
enum ApplyingPlans {
    /// A table, an index built, two statements in one step, an index dropped; each undone by one step.
    static func mixed(for database: ApplyingDatabase) -> MigrationPlan {
        let isPostgres = database.dialect == .postgres
        let concurrently = isPostgres ? "CONCURRENTLY " : ""
        let extra = QualifiedName(schema: database.schema, name: "Extra")
        let index = QualifiedName(schema: database.schema, name: "Extra Index")
        let orders = isPostgres ? database.table.quoted : Identifier(database.table.name).quoted
        let indexName = isPostgres ? Identifier(index.name).quoted : index.quoted
        let oldName = isPostgres ? Identifier("Old Index").quoted : database.oldIndex.quoted
        let old = "\(orders) (placed DESC, lower(\"e\"\"mail\")) WHERE \"User Id\" > 3"
        func step(_ sql: String) -> MigrationStep { MigrationStep(sql: sql, lock: "none") }
        func alone(_ sql: String, _ index: QualifiedName) -> MigrationStep {
            MigrationStep(sql: sql, isTransactional: !isPostgres, lock: "none", index: index)
        }
        return MigrationPlan(
            name: "Mixed Change",
            summary: "Four steps",
            up: [
                step("CREATE TABLE \(extra.quoted) (id bigint)"),
                alone("CREATE INDEX \(concurrently)\(indexName) ON \(orders) (\"User Id\")", index),
                step("INSERT INTO \(extra.quoted) VALUES (1); INSERT INTO \(extra.quoted) VALUES (2);"),
                alone("DROP INDEX \(concurrently)\(database.oldIndex.quoted)", database.oldIndex),
            ],
            down: [
                alone("CREATE INDEX \(concurrently)\(oldName) ON \(old)", database.oldIndex),
                step("DELETE FROM \(extra.quoted)"),
                alone("DROP INDEX \(concurrently)\(index.quoted)", index),
                step("DROP TABLE \(extra.quoted)"),
            ],
            verify: ["SELECT count(*) = 2 FROM \(extra.quoted)"]
        )
    }

    /// Whether a database is as `mixed` found it.
    static func isBare(_ database: ApplyingDatabase) async throws -> Bool {
        let text = try await database.schemaText()
        let old = try await database.definition(of: "Old Index")
        return !text.contains { $0.contains("Extra") } && old != nil && old != "invalid"
    }

    /// Whether a database is as `mixed` leaves it; where it is not, its table may be missing.
    static func isMade(_ database: ApplyingDatabase, orBare isMade: Bool) async throws -> Bool {
        isMade ? try await self.isMade(database) : try await !isBare(database)
    }

    /// Whether a database is as `mixed` leaves it.
    static func isMade(_ database: ApplyingDatabase) async throws -> Bool {
        let extra = QualifiedName(schema: database.schema, name: "Extra")
        let rows = try await database.engine.withConnection(.readOnly) { connection in
            try await connection.run("SELECT count(*) FROM \(extra)").first?.decode(Int.self, at: 0)
        }
        let index = try await database.definition(of: "Extra Index")
        let old = try await database.definition(of: "Old Index")
        return rows == 2 && index != nil && index != "invalid" && old == nil
    }
}
