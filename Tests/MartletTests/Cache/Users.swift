import Martlet
import MartletCore
import MartletSQLite

struct User: Sendable, Equatable {
    var id: Int
    var name: String
    var team: Int
}

/// Looks users up, and changes them so that no process goes on with what was before.
struct Users {
    private let pool: Pool
    private let cache: Cache<Int, User>
    private let feed: CacheFeed

    /// Loads and writes borrow connections of the pool; the feed keeps one of the engine for itself.
    init(engine: any Engine, pool: Pool) async throws {
        self.pool = pool
        var options = CacheOptions()
        options.timeToLive = .seconds(600)
        options.refreshAheadRatio = 0.8
        options.hitRatioMin = 0.9
        cache = Cache(entriesMax: 10_000, options: options) { metrics in
            print("users: only \(metrics.hitRatio) of the requests were hits")
        }
        var following = CacheFeedOptions()
        following.stalenessMax = .seconds(2)
        following.pollInterval = .milliseconds(50)
        following.retention = .seconds(900)
        feed = CacheFeed(engine: engine, options: following) { event in
            print("users: \(event)")
        }
        feed.attach(cache, scope: "users")
        try await pool.withConnection { try await CacheFeed.install(on: $0) }
    }

    /// Follows what other processes change, until the task is cancelled.
    func run() async {
        await feed.run()
    }

    func user(_ id: Int) async throws -> User? {
        try await cache.value(
            for: id,
            loadTagged: { [pool] in
                try await pool.withConnection { connection in
                    let rows = try await connection.run("SELECT name, team FROM users WHERE id = \(id)")
                    guard let row = rows.first else { return CacheLoad(nil) }
                    let user = User(id: id, name: try row.decode("name"), team: try row.decode("team"))
                    return CacheLoad(user, tags: ["team:\(user.team)"])
                }
            }
        )
    }

    func rename(_ id: Int, to name: String) async throws {
        try await pool.withConnection { connection in
            try await feed.write(on: connection) { connection, changes in
                changes.insert(.key(id, in: "users"))
                _ = try await connection.run("UPDATE users SET name = \(name) WHERE id = \(id)")
            }
        }
    }

    /// Changes many users by one statement; nobody has to know which are kept.
    func move(team: Int, to other: Int) async throws {
        try await pool.withConnection { connection in
            try await feed.write(on: connection) { connection, changes in
                changes.insert(.tag("team:\(team)"))
                _ = try await connection.run("UPDATE users SET team = \(other) WHERE team = \(team)")
            }
        }
    }

    var metrics: CacheMetrics { cache.metrics }
}
