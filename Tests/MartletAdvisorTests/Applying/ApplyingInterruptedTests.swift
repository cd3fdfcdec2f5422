import MartletAdvisor
import MartletCore
import Testing

@Suite("A migration whose process ends")
struct ApplyingInterruptedTests {
    /// More statements than any of these plans needs, so that the loops end by running through.
    private static let statementsMax = 200

    struct Case: Sendable, CustomTestStringConvertible {
        var dialect: Dialect
        var moment: FaultyEngine.Moment

        static let all = Dialect.allCases.flatMap { dialect in
            FaultyEngine.Moment.allCases.map { Case(dialect: dialect, moment: $0) }
        }

        var testDescription: String { "\(dialect.rawValue), \(moment.rawValue) the statement" }
    }

    @Test("goes on from any statement to the end", arguments: Case.all)
    func resumes(of kind: Case) async throws {
        let database = try await ApplyingDatabase(kind.dialect)
        let migration = try database.migration(.schemaChange(ApplyingPlans.mixed(for: database)))
        var deaths = 0
        for number in 1...Self.statementsMax {
            let engine = FaultyEngine(database.engine, dyingAt: number, kind.moment)
            _ = await attempt { _ = try await database.runner(on: engine).apply(migration) }
            guard engine.hasDied else { break }
            deaths += 1
            try await expectHonestStatus(database, migration, number)

            let resumed = try await database.runner().apply(migration)
            #expect(resumed.entry.state == .applied, "statement \(number)")
            #expect(resumed.entry.records.allSatisfy { $0 == .made }, "statement \(number): \(resumed.entry.records)")
            #expect(try await ApplyingPlans.isMade(database), "statement \(number)")
            try await clean(database, migration, number)
        }
        #expect((20..<Self.statementsMax).contains(deaths))
    }

    @Test("is undone from any statement", arguments: Case.all)
    func undoes(of kind: Case) async throws {
        let database = try await ApplyingDatabase(kind.dialect)
        let migration = try database.migration(.schemaChange(ApplyingPlans.mixed(for: database)))
        var deaths = 0
        for number in 1...Self.statementsMax {
            let engine = FaultyEngine(database.engine, dyingAt: number, kind.moment)
            _ = await attempt { _ = try await database.runner(on: engine).apply(migration) }
            guard engine.hasDied else { break }
            deaths += 1
            if try await database.entry(migration.id) == nil {
                #expect(try await ApplyingPlans.isBare(database), "statement \(number)")
                continue
            }
            _ = try await database.runner().rollback(migration.id)
            #expect(try await ApplyingPlans.isBare(database), "statement \(number)")
            try await forget(database)
        }
        #expect((20..<Self.statementsMax).contains(deaths))
    }

    @Test("is undone to the end when its rollback is interrupted at any statement", arguments: Case.all)
    func undoesAgain(of kind: Case) async throws {
        let database = try await ApplyingDatabase(kind.dialect)
        let migration = try database.migration(.schemaChange(ApplyingPlans.mixed(for: database)))
        var deaths = 0
        for number in 1...Self.statementsMax {
            _ = try await database.runner().apply(migration)
            let engine = FaultyEngine(database.engine, dyingAt: number, kind.moment)
            _ = await attempt { _ = try await database.runner(on: engine).rollback(migration.id) }
            try await expectHonestStatus(database, migration, number)
            let state = try #require(await database.entry(migration.id)).state
            if state == .rollingBack {
                let error = try await database.failure { _ = try await database.runner().apply(migration) }
                #expect(error.code == .wrongState, "statement \(number)")
            }
            _ = try await database.runner().rollback(migration.id)
            #expect(try await database.entry(migration.id)?.state == .rolledBack, "statement \(number)")
            #expect(try await ApplyingPlans.isBare(database), "statement \(number)")
            guard engine.hasDied else { break }
            deaths += 1
        }
        #expect((20..<Self.statementsMax).contains(deaths))
    }

    @Test("leaves alone what was there before, at whatever statement it ends", arguments: Case.all)
    func keepsWhatWasThere(of kind: Case) async throws {
        let database = try await ApplyingDatabase(kind.dialect)
        try await database.run(script: database.definition.blockingSQL(for: database))
        let migration = try database.migration(.createIndex(database.definition))
        for number in 1...Self.statementsMax {
            let engine = FaultyEngine(database.engine, dyingAt: number, kind.moment)
            _ = await attempt { _ = try await database.runner(on: engine).apply(migration) }
            guard engine.hasDied else { break }
            if try await database.entry(migration.id) == nil { continue }
            if !number.isMultiple(of: 2) { _ = try await database.runner().apply(migration) }
            _ = try await database.runner().rollback(migration.id)
            #expect(try await database.definition(of: database.definition.name) != nil, "statement \(number)")
            try await forget(database)
        }
    }

    private func attempt(_ body: () async throws -> Void) async -> (any Error)? {
        do {
            try await body()
            return nil
        } catch {
            return error
        }
    }

    /// The journal never says more than is true, and can always be read.
    private func expectHonestStatus(_ database: ApplyingDatabase, _ migration: Migration, _ number: Int) async throws {
        guard let entry = try await database.entry(migration.id) else {
            #expect(try await ApplyingPlans.isBare(database), "statement \(number)")
            return
        }
        #expect(entry.isIntact)
        #expect(!entry.standing.isEmpty)
        if entry.state == .applied { #expect(try await ApplyingPlans.isMade(database), "statement \(number)") }
        if entry.state == .planned || entry.state == .rolledBack {
            #expect(try await ApplyingPlans.isBare(database), "statement \(number)")
        }
    }

    private func clean(_ database: ApplyingDatabase, _ migration: Migration, _ number: Int) async throws {
        _ = try await database.runner().rollback(migration.id)
        #expect(try await ApplyingPlans.isBare(database), "statement \(number)")
        try await forget(database)
    }

    private func forget(_ database: ApplyingDatabase) async throws {
        try await database.run(
            script: database.dialect == .postgres ? "DROP SCHEMA martlet CASCADE" : "DROP TABLE martlet_migrations"
        )
    }
}
