import CaseStudies
import MartletCore
import MartletTesting
import Testing

/// Databases of case studies at size S, each built once; tests get copies, which cost a tenth.
actor CaseTemplates {
    static let instance = CaseTemplates()

    private struct Key: Hashable {
        let study: String
        let dialect: Dialect
        let indexes: IndexSet
        /// The way whose change to the schema has been made; nil if there is none.
        let way: Way?
    }

    private enum Template: Sendable {
        case file(TemporaryDatabase)
        case database(String)
    }

    private var building: [Key: Task<Template, any Error>] = [:]

    /// Lends an engine on a copy.
    nonisolated func withCopy<Success>(
        _ study: any CaseStudy,
        _ dialect: Dialect,
        indexes: IndexSet,
        way: Way,
        _ body: (any Engine) async throws -> Success
    ) async throws -> Success {
        switch try await self.template(study, dialect, indexes, way) {
        case .file(let file):
            let copy = try TemporaryDatabase(name: "copy.db")
            // VACUUM INTO wants a file that is not there, or is empty.
            try await file.engine.withConnection(.readWrite) { _ = try await $0.run("VACUUM INTO \(copy.path)") }
            let success = try await body(copy.engine)
            withExtendedLifetime(copy) {}
            return success
        case .database(let name):
            return try await body(try await SharedPostgres.instance.engine(copying: name))
        }
    }

    private func template(
        _ study: any CaseStudy,
        _ dialect: Dialect,
        _ indexes: IndexSet,
        _ way: Way
    ) async throws -> Template {
        let plan = study.migration(for: way, dialect: dialect)
        let key = Key(study: study.name, dialect: dialect, indexes: indexes, way: plan == nil ? nil : way)
        if let task = building[key] { return try await task.value }
        let task = Task<Template, any Error> {
            let template: Template
            let engine: any Engine
            switch dialect {
            case .sqlite:
                let file = try TemporaryDatabase()
                template = .file(file)
                engine = file.engine
            case .postgres:
                let (name, onServer) = try await SharedPostgres.instance.namedEngine()
                template = .database(name)
                engine = onServer
            }
            try await engine.withConnection(.readWrite) { connection in
                try await CaseBuilder(study, size: .small).build(on: connection, indexes: indexes)
                if let plan { try await CaseFixture.apply(plan.up, on: connection) }
            }
            return template
        }
        building[key] = task
        return try await task.value
    }
}
