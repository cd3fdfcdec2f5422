import CaseStudies
import MartletCore
import MartletPostgres
import MartletTesting
import Testing

/// Databases of the wallet messenger: built once for each set of indexes, and copied for each test.
actor DchatDatabases {
    static let instance = DchatDatabases()

    /// What a database is built with.
    private struct Recipe: Hashable {
        var dialect: Dialect
        var indexes: CaseIndexSet
        /// The way whose change to the schema is made; `before` if it makes none.
        var way: Way
        var isByMonth: Bool

        init(_ dialect: Dialect, _ indexes: CaseIndexSet, _ way: Way, isByMonth: Bool) {
            self.dialect = dialect
            self.indexes = indexes
            self.way = DchatCaseStudy().migration(for: way, dialect: dialect) == nil ? .before : way
            self.isByMonth = isByMonth
        }
    }

    private var server: Task<PrivatePostgres, any Error>?
    private var files: [Recipe: Task<TemporaryDatabase, any Error>] = [:]
    private var templates: [Recipe: Task<String, any Error>] = [:]
    private var copies = 0

    /// Hands a copy to a body that may do with it what it likes.
    static func with<Success>(
        _ dialect: Dialect,
        indexes: CaseIndexSet = .none,
        way: Way = .before,
        isByMonth: Bool = false,
        _ body: (CaseFixture) async throws -> Success
    ) async throws -> Success {
        let recipe = Recipe(dialect, indexes, way, isByMonth: isByMonth)
        switch dialect {
        case .sqlite:
            let copy = try await instance.file(recipe)
            let success = try await body(CaseFixture(study: DchatCaseStudy(), engine: copy.engine))
            withExtendedLifetime(copy) {}
            return success
        case .postgres:
            let (server, name) = try await instance.database(recipe)
            let engine = try PostgresEngine(server.connectionString(database: name))
            let success = try await body(CaseFixture(study: DchatCaseStudy(), engine: engine))
            await engine.shutdown()
            _ = try await server.query("DROP DATABASE \(name) WITH (FORCE)")
            return success
        }
    }

    /// The server, for what is said of the whole of it; without PostgreSQL the test is cancelled with the reason.
    func postgres() async throws -> PrivatePostgres {
        // Statistics, sizes and pages stay as a test leaves them.
        let start = server ?? Task { try await PrivatePostgres.start(.init(autovacuum: false)) }
        server = start
        do {
            return try await start.value
        } catch let error as PrivatePostgresError where error.code == .notInstalled {
            try Test.cancel("\(error)")
        }
    }

    private func file(_ recipe: Recipe) async throws -> TemporaryDatabase {
        let build =
            files[recipe]
            ?? Task {
                let file = try TemporaryDatabase()
                try await Self.build(recipe, on: file.engine)
                return file
            }
        files[recipe] = build
        let copy = try TemporaryDatabase()
        try await build.value.engine.withConnection(.readWrite) { _ = try await $0.run("VACUUM INTO \(copy.path)") }
        return copy
    }

    private func database(_ recipe: Recipe) async throws -> (PrivatePostgres, String) {
        let server = try await postgres()
        let name = "template_\(recipe.indexes.rawValue)_\(recipe.way.rawValue)_\(recipe.isByMonth)"
        let build =
            templates[recipe]
            ?? Task {
                let engine = try PostgresEngine(await server.createDatabase(named: name))
                try await Self.build(recipe, on: engine)
                await engine.shutdown()
                return name
            }
        templates[recipe] = build
        let template = try await build.value
        copies += 1
        let copy = "copy\(copies)"
        _ = try await server.query("CREATE DATABASE \(copy) TEMPLATE \(template)")
        return (server, copy)
    }

    private static func build(_ recipe: Recipe, on engine: any Engine) async throws {
        let study = DchatCaseStudy()
        try await engine.withConnection(.readWrite) { connection in
            try await CaseBuilder(study, size: .small).build(on: connection, indexes: recipe.indexes)
            if let plan = study.migration(for: recipe.way, dialect: recipe.dialect) {
                try await CaseFixture.apply(plan.up, on: connection)
            }
            if recipe.isByMonth { try await DchatPartitioning.ofData.convert(on: connection) }
        }
    }
}
