import Martlet
import MartletCore
import MartletSQLite

struct User: Sendable, Equatable {
    var id: Int
    var name: String
}

/// Looks users up, and changes them so that no process goes on with the old name.
struct Users {
    private let engine: any Engine
    private let cache = Cache<Int, User>(entriesMax: 10_000)
    private let feed: CacheFeed

    init(engine: any Engine) async throws {
        self.engine = engine
        feed = CacheFeed(engine: engine)
        feed.attach(cache, scope: "users")
        try await engine.withConnection(.readWrite) { try await CacheFeed.install(on: $0) }
    }

    /// Follows what other processes change, until the task is cancelled.
    func run() async {
        await feed.run()
    }

    func user(_ id: Int) async throws -> User? {
        try await cache.value(for: id) { [engine] in
            try await engine.withConnection(.readOnly) { connection in
                let rows = try await connection.run("SELECT name FROM users WHERE id = \(id)")
                return try rows.first.map { User(id: id, name: try $0.decode(at: 0)) }
            }
        }
    }

    func rename(_ id: Int, to name: String) async throws {
        try await engine.withConnection(.readWrite) { connection in
            try await feed.write(on: connection) { connection, changes in
                changes.insert(.key(id, in: "users"))
                _ = try await connection.run("UPDATE users SET name = \(name) WHERE id = \(id)")
            }
        }
    }

    var metrics: CacheMetrics { cache.metrics }
}
