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

    /// An engine on an empty database, or on a copy of another, to which nobody may be connected.
    ///
    /// Without PostgreSQL on this machine the test is cancelled with the reason.
    func engine(copying template: String = "template1") async throws -> PostgresEngine {
        let start = starting ?? Task { try await PrivatePostgres.start() }
        starting = start
        databases += 1
        let name = "test\(databases)"
        do {
            let server = try await start.value
            _ = try await server.query(
                "CREATE DATABASE \(Identifier(name).quoted) TEMPLATE \(Identifier(template).quoted)"
            )
            return try PostgresEngine(server.connectionString(database: name))
        } catch let error as PrivatePostgresError where error.code == .notInstalled {
            try Test.cancel("\(error)")
        }
    }

    /// Another engine on a database that a test has, as another process would have it.
    func anotherEngine(on database: String) async throws -> PostgresEngine {
        let start = starting ?? Task { try await PrivatePostgres.start() }
        starting = start
        return try PostgresEngine(try await start.value.connectionString(database: database))
    }
}
