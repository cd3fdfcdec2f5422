import struct Foundation.Data
import struct Foundation.URL
import MartletCore
import MartletTesting

/// Databases of case studies, loaded once in this process and copied for each test.
actor CaseTemplates {
    private static let instance = CaseTemplates()

    /// What a copy is made of.
    private enum Original {
        /// The bytes of an SQLite file.
        case file(Data)
        /// The name of a PostgreSQL database.
        case database(String)
    }

    private var originals: [CaseTemplate: Task<Original, any Error>] = [:]

    /// Lends a copy.
    nonisolated static func with<Success>(
        _ template: CaseTemplate,
        _ body: (any Engine) async throws -> Success
    ) async throws -> Success {
        switch try await instance.original(of: template) {
        case .file(let data):
            let database = try TemporaryDatabase()
            try data.write(to: URL(fileURLWithPath: database.path))
            let success = try await body(database.engine)
            withExtendedLifetime(database) {}
            return success
        case .database(let name):
            return try await body(try await SharedPostgres.instance.engine(copying: name))
        }
    }

    private func original(of template: CaseTemplate) async throws -> Original {
        let task = originals[template] ?? Task { try await Self.load(template) }
        originals[template] = task
        return try await task.value
    }

    private static func load(_ template: CaseTemplate) async throws -> Original {
        switch template.dialect {
        case .sqlite:
            let (original, copy) = (try TemporaryDatabase(), try TemporaryDatabase())
            try await template.load(original.engine)
            // One file that holds everything, whatever is still in the write-ahead log.
            try await original.engine.withConnection(.readWrite) { connection in
                _ = try await connection.run("VACUUM INTO \(copy.path)")
            }
            return .file(try Data(contentsOf: URL(fileURLWithPath: copy.path)))
        case .postgres:
            let engine = try await SharedPostgres.instance.engine()
            try await template.load(engine)
            return try await engine.withConnection(.readOnly) { connection in
                .database(try await connection.run("SELECT current_database()")[0].decode(String.self, at: 0))
            }
        }
    }
}
