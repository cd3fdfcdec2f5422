import CaseStudies
import struct Foundation.Data
import struct Foundation.URL
import MartletCore
import MartletTesting

/// Databases of case studies at size S, loaded once in this process and copied for each test.
actor CaseTemplates {
    static let instance = CaseTemplates()

    private struct Key: Hashable {
        var study: String
        var dialect: Dialect
    }

    /// What a copy is made of.
    private enum Template {
        /// The bytes of an SQLite file.
        case file(Data)
        /// The name of a PostgreSQL database.
        case database(String)
    }

    private var templates: [Key: Task<Template, any Error>] = [:]

    /// Lends a copy that has the indexes of a set and the changes of a way.
    nonisolated static func with<Success>(
        _ study: any CaseStudy,
        _ dialect: Dialect,
        indexes: IndexSet = .none,
        way: Way = .before,
        _ body: (CaseFixture) async throws -> Success
    ) async throws -> Success {
        let template = try await instance.template(of: study, dialect)
        switch template {
        case .file(let data):
            let database = try TemporaryDatabase()
            try data.write(to: URL(fileURLWithPath: database.path))
            let fixture = CaseFixture(study: study, engine: database.engine)
            try await prepare(fixture, indexes, way)
            let success = try await body(fixture)
            withExtendedLifetime(database) {}
            return success
        case .database(let name):
            let engine = try await SharedPostgres.instance.engine(copying: name)
            let fixture = CaseFixture(study: study, engine: engine)
            try await prepare(fixture, indexes, way)
            return try await body(fixture)
        }
    }

    private nonisolated static func prepare(_ fixture: CaseFixture, _ indexes: IndexSet, _ way: Way) async throws {
        try await fixture.engine.withConnection(.readWrite) { connection in
            try await CaseBuilder(fixture.study, size: .small).replaceIndexes(.none, by: indexes, on: connection)
            if let plan = fixture.study.migration(for: way, dialect: fixture.dialect) {
                try await CaseFixture.apply(plan.up, on: connection)
            }
            // What an index holds the planner knows only when it was looked at.
            try await connection.run("ANALYZE")
        }
    }

    private func template(of study: any CaseStudy, _ dialect: Dialect) async throws -> Template {
        let key = Key(study: study.name, dialect: dialect)
        let task = templates[key] ?? Task { try await Self.make(study, dialect) }
        templates[key] = task
        return try await task.value
    }

    private static func make(_ study: any CaseStudy, _ dialect: Dialect) async throws -> Template {
        switch dialect {
        case .sqlite:
            let (original, copy) = (try TemporaryDatabase(), try TemporaryDatabase())
            try await original.engine.withConnection(.readWrite) { connection in
                try await CaseBuilder(study, size: .small).build(on: connection)
                // One file that holds everything, whatever is still in the write-ahead log.
                try await connection.run("VACUUM INTO \(copy.path)")
            }
            return .file(try Data(contentsOf: URL(fileURLWithPath: copy.path)))
        case .postgres:
            let engine = try await SharedPostgres.instance.engine()
            return try await engine.withConnection(.readWrite) { connection in
                try await CaseBuilder(study, size: .small).build(on: connection)
                return .database(try await connection.run("SELECT current_database()")[0].decode(String.self, at: 0))
            }
        }
    }
}
