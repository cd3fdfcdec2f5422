import Foundation
import MartletCore
import MartletPostgres
import MartletSQLite
import MartletTesting

/// A database that commands are run on: a file of its own, or a database of its own on the tests' server.
struct TestDatabase: Sendable {
    /// As a user writes it.
    let argument: String
    let engine: any Engine
    /// Keeps the file.
    private let file: TemporaryDatabase?

    /// Makes it and runs a script on it.
    init(_ dialect: Dialect, name: String = "shop.db", script: String) async throws {
        switch dialect {
        case .sqlite:
            let file = try TemporaryDatabase(name: name)
            self.file = file
            engine = SQLiteEngine(path: file.path, createIfMissing: true)
            argument = file.path
        case .postgres:
            file = nil
            let server = try await PrivatePostgres.shared()
            let name = "command_\(UUID().uuidString.prefix(8).lowercased())"
            argument = try await server.createDatabase(named: name)
            engine = try PostgresEngine(argument)
        }
        try await run(script)
        // From another session: what this one has still to say of its inserts would be counted twice.
        try await run("ANALYZE")
    }

    /// Runs statements on it.
    func run(_ script: String) async throws {
        try await engine.withConnection(.readWrite) { try await $0.runScript(script) }
    }

    /// What a query gives, as text.
    func rows(_ sql: String) async throws -> [[String]] {
        try await engine.withConnection(.readOnly) { connection in
            try await connection.run("\(unsafeSQL: sql)").map { $0.values.map { String(from: $0) ?? "\($0)" } }
        }
    }

    /// Its catalog.
    func catalog() async throws -> Catalog {
        try await engine.withConnection(.readOnly) { try await $0.catalog() }
    }

    /// The definitions of the schema that the application made: the journal's own left out.
    func schema() async throws -> [String] {
        let sql =
            engine.dialect == .sqlite
            ? """
            SELECT type || ' ' || name || ' ' || coalesce(sql, '') FROM sqlite_schema
            WHERE name NOT LIKE 'sqlite_stat%' ORDER BY type, name
            """
            : """
            SELECT 'index ' || indexdef FROM pg_indexes WHERE schemaname NOT IN ('pg_catalog', 'information_schema')
            UNION ALL
            SELECT 'column ' || table_schema || '.' || table_name || '.' || column_name || ' ' || data_type
            FROM information_schema.columns WHERE table_schema NOT IN ('pg_catalog', 'information_schema')
            ORDER BY 1
            """
        let lines = try await rows(sql).map { $0.joined() }.filter { !$0.contains("martlet") }
        // SQLite keeps the text as it was written, and a name may be written with quotation marks and without.
        return lines.map { $0.replacing("\"", with: "") }
    }
}
