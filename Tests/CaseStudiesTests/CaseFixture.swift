import CaseStudies
import Martlet
import MartletCore
import MartletTesting
import Testing

/// The database of a case study, made for one test.
struct CaseFixture {
    let study: any CaseStudy
    let engine: any Engine

    var dialect: Dialect { engine.dialect }

    /// Lends a database of its own that has the application's rows, an index set and the change of a way.
    static func with<Success>(
        _ study: any CaseStudy,
        _ dialect: Dialect,
        size: CaseSize = .small,
        indexes: CaseIndexSet = .none,
        way: Way = .before,
        _ body: (CaseFixture) async throws -> Success
    ) async throws -> Success {
        let template = CaseTemplate(study: study, dialect: dialect, size: size)
        return try await CaseTemplates.with(template) { engine in
            let fixture = CaseFixture(study: study, engine: engine)
            try await engine.withConnection(.readWrite) { connection in
                try await CaseBuilder(study, size: size).replaceIndexes(.none, by: indexes, on: connection)
            }
            try await fixture.change(to: way)
            // What an index holds the planner knows only when it was looked at.
            try await engine.withConnection(.readWrite) { _ = try await $0.run("ANALYZE") }
            return try await body(fixture)
        }
    }

    /// The counters of a way.
    func counters(of way: Way) -> CaseCounters { CaseCounters(study, way, on: engine) }

    /// Makes what a way needs: its change to the schema, then its counters.
    func change(to way: Way) async throws {
        if let plan = study.migration(for: way, dialect: dialect) {
            try await engine.withConnection(.readWrite) { try await Self.apply(plan.up, on: $0) }
        }
        try await counters(of: way).addIndexes()
        _ = try await counters(of: way).add()
    }

    /// Undoes what `change(to:)` made.
    func takeBack(_ way: Way) async throws {
        try await counters(of: way).remove()
        guard let plan = study.migration(for: way, dialect: dialect) else { return }
        try await engine.withConnection(.readWrite) { try await Self.apply(plan.down, on: $0) }
    }

    static func apply(_ steps: [MigrationStep], on connection: any Connection) async throws {
        for step in steps {
            if step.isTransactional {
                try await retrying { try await connection.transaction { try await $0.runScript(step.sql) } }
            } else {
                try await connection.run(BoundStatement(Statement(unsafeText: step.sql)))
            }
        }
    }

    /// Runs a transaction again that lost against another, as the runner of migrations does.
    private static func retrying(_ body: () async throws -> Void) async throws {
        for _ in 0..<20 {
            do {
                return try await body()
            } catch let error as EngineError where error.code.isRetryable {
                try await Task.sleep(for: .milliseconds(20))
            }
        }
        try await body()
    }

    /// The verification queries of a way's migration that do not hold, and its counters that are not exact.
    func violations(of way: Way) async throws -> [String] {
        let plan = try #require(study.migration(for: way, dialect: dialect))
        let violations = try await engine.withConnection(.readOnly) { connection in
            var violations: [String] = []
            for query in plan.verify {
                let rows = try await connection.run(BoundStatement(Statement(unsafeText: query)))
                if try rows.count != 1 || !rows[0].decode(Bool.self, at: 0) { violations.append(query) }
            }
            return violations
        }
        do {
            let verifications = try await counters(of: way).verify()
            return violations + verifications.filter { !$0.isInitialised || !$0.isExact }.map { "\($0)" }
        } catch let error as CounterError where error.code == .unknownCounter {
            return violations + [error.message]
        }
    }

    func integer(_ statement: BoundStatement) async throws -> Int {
        try await engine.withConnection(.readOnly) { try await $0.run(statement)[0].decode(Int.self, at: 0) }
    }

    func table(_ name: String) -> QualifiedName {
        study.table(name, in: dialect)
    }

    /// Runs an operation in a transaction that is rolled back, and returns what its user sees.
    func rolledBack(_ operation: CaseOperation, _ way: Way) async throws -> [[Value]] {
        let body = try #require(operation.ways[way], "\(operation.id) \(way.rawValue)")
        return try await operation.withConnection(way, to: engine) { connection in
            guard operation.change == .rolledBack else { return try await body(connection) }
            try await connection.run("BEGIN")
            let rows = try await body(connection)
            try await connection.run("ROLLBACK")
            return rows
        }
    }

    /// The operation of that row at size S.
    func operation(_ id: String) throws -> CaseOperation {
        try #require(study.operations(of: .small).first { $0.id == id }, "\(id)")
    }
}
