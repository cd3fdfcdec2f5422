import CaseStudies
import Foundation
import MartletCore
import MartletPostgres
import MartletSQLite
import MartletTesting

/// Throw-away databases of one command: an application's own, and copies of it on which remedies are proved.
///
/// All are gone when the command ends, however it ends.
struct DemoDatabase: Sendable {
    /// Where the databases live.
    private enum Place: Sendable {
        case file(TemporaryDatabase)
        case server(PrivatePostgres, database: String)
    }

    /// The pools of all ways of an operation are open at the same time: 40, 60 and what is measured.
    private static let roomForPools = ["max_connections": "200"]
    /// Memory for pages of the data of size L.
    private static let roomForPages = [
        "shared_buffers": "2GB", "max_wal_size": "8GB", "maintenance_work_mem": "256MB",
    ]
    /// A commit waits for the disk, as it does on servers in use.
    private static let durability = ["fsync": "on", "full_page_writes": "on"]

    private let place: Place
    let engine: any Engine

    /// Makes an empty database; for PostgreSQL a server of its own is started first.
    ///
    /// Its server has memory for data of the size, and its commits wait for the disk only where it is durable; `loops`
    /// are the threads that serve the connections to it. An SQLite file has a write-ahead log: no commit waits there.
    static func make(
        _ dialect: Dialect,
        for size: CaseSize,
        loops: Int = 1,
        isDurable: Bool = false
    ) async throws -> DemoDatabase {
        switch dialect {
        case .sqlite:
            let file = try TemporaryDatabase(name: "app.db")
            return DemoDatabase(place: .file(file), engine: file.engine)
        case .postgres:
            var settings = roomForPools
            if size == .large { settings.merge(roomForPages) { $1 } }
            if isDurable { settings.merge(durability) { $1 } }
            let server = try await PrivatePostgres.start(.init(settings: settings))
            return try await make(on: server, named: "app", from: "template1", loops: loops)
        }
    }

    /// Another database with the same content.
    ///
    /// Nobody may be connected to this one meanwhile.
    func copy(named name: String) async throws -> DemoDatabase {
        switch place {
        case .file(let file):
            let copy = try TemporaryDatabase(name: "\(name).db")
            // VACUUM INTO reads one snapshot, whatever is still in the write-ahead log.
            try await file.engine.withConnection(.readWrite) { connection in
                _ = try await connection.run("VACUUM INTO \(copy.path)")
            }
            return DemoDatabase(place: .file(copy), engine: copy.engine)
        case .server(let server, let database):
            return try await Self.make(on: server, named: name, from: database)
        }
    }

    /// Stops the server, if there is one.
    func stop() async {
        if case .server(let server, _) = place { await server.stop() }
    }

    private static func make(
        on server: PrivatePostgres,
        named name: String,
        from template: String,
        loops: Int = 1
    ) async throws -> DemoDatabase {
        let maintenance = try PostgresEngine(server.connectionString())
        try await maintenance.withConnection(.readWrite) { connection in
            _ = try await connection.run("CREATE DATABASE \(Identifier(name)) TEMPLATE \(Identifier(template))")
        }
        let engine = try PostgresEngine(server.connectionString(database: name), loops: loops)
        return DemoDatabase(place: .server(server, database: name), engine: engine)
    }
}
