package import MartletPostgres
internal import Synchronization

extension PrivatePostgres {
    private static let sharedServer = Task { () async throws(PrivatePostgresError) in
        try await start(Options(autovacuum: false))
    }
    private static let databasesMade = Atomic<Int>(0)

    /// One server for all tests of a process, started when it is first asked for and gone with the process.
    ///
    /// Autovacuum is off, so that statistics stand still. Tests must not restart it or change its settings.
    package static func shared() async throws -> PrivatePostgres {
        try await sharedServer.value
    }

    /// An engine for an empty database of its own on the shared server; takes about 0.1 s.
    package static func temporaryDatabase() async throws -> PostgresEngine {
        let number = databasesMade.add(1, ordering: .relaxed).newValue
        return try PostgresEngine(try await shared().createDatabase(named: "test_\(number)"))
    }
}
