import MartletAdvisor
import MartletCore
import Testing

@Suite("Applying a remedy")
struct ApplyingRemedyTests {
    @Test("creates, verifies and drops exactly its index", arguments: Dialect.allCases)
    func createsIndex(dialect: Dialect) async throws {
        let database = try await ApplyingDatabase(dialect)
        let before = try await database.schemaText()
        let migration = try database.migration(.createIndex(database.definition))
        let runner = database.runner()

        let applied = try await runner.apply(migration)
        #expect(applied.outcome == .applied)
        #expect(applied.verification.isInPlace)
        #expect(try await database.definition(of: database.definition.name)?.contains("User Id") == true)
        #expect(try await database.schemaText().count == before.count + 1)

        let again = try await runner.apply(migration)
        #expect(again.outcome == .alreadyApplied)
        #expect(again.notes.first?.contains("nothing was done") == true)

        let undone = try await runner.rollback(migration.id)
        #expect(undone.outcome == .rolledBack)
        #expect(!undone.verification.isInPlace)
        #expect(try await database.schemaText() == before)
        #expect(try await runner.rollback(migration.id).outcome == .alreadyRolledBack)

        #expect(try await runner.resume(migration.id).outcome == .applied)
        #expect(try await runner.verify(migration.id).isInPlace)
    }

    @Test("drops an index and brings the same one back", arguments: Dialect.allCases)
    func dropsIndex(dialect: Dialect) async throws {
        let database = try await ApplyingDatabase(dialect)
        let migration = try database.migration(.dropIndex(try await database.index("Old Index")))
        let before = try await database.schemaText()

        #expect(try await database.runner().apply(migration).outcome == .applied)
        #expect(try await database.definition(of: "Old Index") == nil)

        #expect(try await database.runner().rollback(migration.id).outcome == .rolledBack)
        if dialect == .postgres {
            #expect(try await database.schemaText() == before)
        } else {
            let restored = try await database.definition(of: "Old Index")
            #expect(restored?.contains(#"(placed DESC, lower("e""mail")) WHERE "User Id" > 3"#) == true)
        }
    }

    @Test("collects statistics, which stay after the rollback", arguments: Dialect.allCases)
    func analyzes(dialect: Dialect) async throws {
        let database = try await ApplyingDatabase(dialect)
        let migration = try database.migration(.analyze(database.table))
        #expect(try await database.runner().apply(migration).verification.isInPlace)
        let undone = try await database.runner().rollback(migration.id)
        #expect(undone.outcome == .rolledBack)
        #expect(undone.notes.contains { $0.contains("nothing to undo") })
    }

    @Test("builds an index again", arguments: Dialect.allCases)
    func rebuilds(dialect: Dialect) async throws {
        let database = try await ApplyingDatabase(dialect)
        let before = try await database.schemaText()
        let migration = try database.migration(.rebuildIndex(try await database.index("Old Index")))
        #expect(try await database.runner().apply(migration).outcome == .applied)
        #expect(try await database.schemaText() == before)
    }

    @Test("carries out a schema change that is written out", arguments: Dialect.allCases)
    func changesSchema(dialect: Dialect) async throws {
        let database = try await ApplyingDatabase(dialect)
        let before = try await database.schemaText()
        let migration = try database.migration(.schemaChange(ApplyingPlans.mixed(for: database)))
        #expect(try await database.runner().apply(migration).outcome == .applied)
        #expect(try await database.schemaText() != before)
        #expect(try await database.runner().rollback(migration.id).outcome == .rolledBack)
        #expect(try await ApplyingPlans.isBare(database))
    }

    @Test("counts an index that is there already as done, and leaves it alone afterwards", arguments: Dialect.allCases)
    func findsIndex(dialect: Dialect) async throws {
        let database = try await ApplyingDatabase(dialect)
        let migration = try database.migration(.createIndex(database.definition))
        try await database.run(script: database.definition.blockingSQL(for: database))
        let before = try await database.schemaText()

        let applied = try await database.runner().apply(migration)
        #expect(applied.outcome == .applied)
        #expect(applied.entry.records == [.found])
        #expect(try await database.runner().rollback(migration.id).outcome == .rolledBack)
        #expect(try await database.schemaText() == before)
    }

    @Test("refuses an index of the same name and another definition", arguments: Dialect.allCases)
    func refusesOther(dialect: Dialect) async throws {
        let database = try await ApplyingDatabase(dialect)
        var other = database.definition
        other.keys[1].isDescending = false
        try await database.run(script: other.blockingSQL(for: database))
        let before = try await database.schemaText()

        let migration = try database.migration(.createIndex(database.definition))
        let error = try await database.failure { _ = try await database.runner().apply(migration) }
        #expect(error.code == .differentDefinition)
        #expect(error.changedNothing)
        #expect(try await database.schemaText() == before)
        #expect(try await database.entry(migration.id)?.state == .failed)
    }

    @Test("makes an index again that somebody dropped", arguments: Dialect.allCases)
    func repairs(dialect: Dialect) async throws {
        let database = try await ApplyingDatabase(dialect)
        let migration = try database.migration(.createIndex(database.definition))
        _ = try await database.runner().apply(migration)
        let name = QualifiedName(schema: database.schema, name: database.definition.name)
        try await database.run(script: "DROP INDEX \(name.quoted)")
        #expect(try await database.runner().verify(migration.id).isInPlace == false)
        #expect(try await database.runner().apply(migration).outcome == .applied)
        #expect(try await database.runner().verify(migration.id).isInPlace)
    }

    @Test("refuses to undo what was changed since, unless forced", arguments: Dialect.allCases)
    func guardsDrift(dialect: Dialect) async throws {
        let database = try await ApplyingDatabase(dialect)
        let migration = try database.migration(.createIndex(database.definition))
        _ = try await database.runner().apply(migration)
        var other = database.definition
        other.predicate = "\"User Id\" > 4"
        let name = QualifiedName(schema: database.schema, name: database.definition.name)
        try await database.run(script: "DROP INDEX \(name.quoted); \(other.blockingSQL(for: database))")

        let error = try await database.failure { _ = try await database.runner().rollback(migration.id) }
        #expect(error.code == .drifted)
        #expect(error.changedNothing)
        #expect(try await database.definition(of: other.name) != nil)
        #expect(try await database.runner().rollback(migration.id, force: true).outcome == .rolledBack)
        #expect(try await database.definition(of: other.name) == nil)
    }

    @Test("says that rows have equal keys, and leaves nothing of the index", arguments: Dialect.allCases)
    func refusesDuplicates(dialect: Dialect) async throws {
        let database = try await ApplyingDatabase(dialect)
        var definition = database.definition
        definition.keys = [Index.Key("User Id")]
        definition.predicate = nil
        definition.isUnique = true
        let before = try await database.schemaText()
        let migration = try database.migration(.createIndex(definition))
        let error = try await database.failure { _ = try await database.runner().apply(migration) }
        #expect(error.code == .duplicateKeys)
        #expect(error.changedNothing)
        #expect(error.description.contains("equal keys"))
        #expect(try await database.schemaText() == before)

        try await database.run(script: "DELETE FROM \(database.table.quoted) WHERE id > 7")
        #expect(try await database.runner().resume(migration.id).outcome == .applied)
    }
}
