import CaseStudies
import MartletCore
import MartletTesting
import Testing

/// The database of a case study, made for one test.
struct CaseFixture {
    let study: any CaseStudy
    let engine: any Engine

    var dialect: Dialect { engine.dialect }

    /// Builds the application's database on a fresh engine and takes the change of a way along.
    static func with<Success>(
        _ study: any CaseStudy,
        _ dialect: Dialect,
        size: CaseSize = .small,
        indexes: IndexSet = .none,
        way: Way = .before,
        _ body: (CaseFixture) async throws -> Success
    ) async throws -> Success {
        try await withEngine(dialect) { engine in
            let fixture = CaseFixture(study: study, engine: engine)
            try await engine.withConnection(.readWrite) { connection in
                try await CaseBuilder(fixture.study, size: size).build(on: connection, indexes: indexes)
                if let plan = fixture.study.migration(for: way, dialect: dialect) {
                    try await apply(plan.up, on: connection)
                }
            }
            return try await body(fixture)
        }
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

    /// The verification queries of a way's migration that do not hold.
    func violations(of way: Way) async throws -> [String] {
        let plan = try #require(study.migration(for: way, dialect: dialect))
        return try await engine.withConnection(.readOnly) { connection in
            var violations: [String] = []
            for query in plan.verify {
                let rows = try await connection.run(BoundStatement(Statement(unsafeText: query)))
                if try rows.count != 1 || !rows[0].decode(Bool.self, at: 0) { violations.append(query) }
            }
            return violations
        }
    }

    func integer(_ statement: BoundStatement) async throws -> Int {
        try await engine.withConnection(.readOnly) { try await $0.run(statement)[0].decode(Int.self, at: 0) }
    }

    func table(_ name: String) -> QualifiedName {
        study.table(name, in: dialect)
    }

    private static func withEngine<Success>(
        _ dialect: Dialect,
        _ body: (any Engine) async throws -> Success
    ) async throws -> Success {
        switch dialect {
        case .sqlite:
            let database = try TemporaryDatabase()
            let success = try await body(database.engine)
            withExtendedLifetime(database) {}
            return success
        case .postgres:
            return try await body(try await SharedPostgres.instance.engine())
        }
    }

    /// Runs an operation in a transaction that is rolled back, and returns what its user sees.
    func rolledBack(_ operation: CaseOperation, _ way: Way) async throws -> [[Value]] {
        let body = try #require(operation.ways[way], "\(operation.id) \(way.rawValue)")
        return try await engine.withConnection(.readWrite) { connection in
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
