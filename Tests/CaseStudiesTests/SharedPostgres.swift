import MartletCore
import MartletPostgres
import MartletTesting
import Synchronization
import Testing

/// One private server for all tests of this process, with a database for each.
actor SharedPostgres {
    static let instance = SharedPostgres()

    private var starting: Task<PrivatePostgres, any Error>?
    private var databases = 0

    /// An engine on an empty database.
    ///
    /// Without PostgreSQL on this machine the test is cancelled with the reason.
    func engine() async throws -> PostgresEngine {
        try await namedEngine().engine
    }

    /// An engine on an empty database, and the name by which it can be copied.
    func namedEngine() async throws -> (name: String, engine: PostgresEngine) {
        let name = nextName()
        let location = try await server().createDatabase(named: name)
        return (name, try PostgresEngine(location))
    }

    /// An engine on a copy of a database, to which nobody may be connected.
    func engine(copying template: String) async throws -> PostgresEngine {
        let name = nextName()
        let server = try await server()
        let maintenance = try PostgresEngine(server.connectionString())
        try await maintenance.withConnection(.readWrite) { connection in
            _ = try await connection.run("CREATE DATABASE \(Identifier(name)) TEMPLATE \(Identifier(template))")
        }
        return try PostgresEngine(server.connectionString(database: name))
    }

    private func nextName() -> String {
        databases += 1
        return "test\(databases)"
    }

    private func server() async throws -> PrivatePostgres {
        let start = starting ?? Task { try await PrivatePostgres.start() }
        starting = start
        do {
            return try await start.value
        } catch let error as PrivatePostgresError where error.code == .notInstalled {
            try Test.cancel("\(error)")
        }
    }
}
