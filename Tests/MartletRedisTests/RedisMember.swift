import Martlet
import MartletCore
import MartletRedis
import Synchronization

/// One that shares: a cache with a feed, and the store behind it.
final class RedisMember: Sendable {
    let cache: Cache<Int, Int>
    let feed: CacheFeed
    private let running: Task<Void, Never>
    private let engine: any Engine
    private let readLoads = Atomic(0)

    init(
        _ engine: any Engine,
        _ store: RedisStore,
        _ options: CacheOptions,
        _ feedOptions: CacheFeedOptions,
        _ change: (inout SharedCacheTier<Int>) -> Void
    ) async throws {
        self.engine = engine
        cache = Cache(entriesMax: 100, options: options)
        feed = CacheFeed(engine: engine, options: feedOptions)
        var tier = SharedCacheTier<Int>(store, coding: .json)
        change(&tier)
        feed.attach(cache, scope: "things", sharing: tier)
        running = Task { [feed] in await feed.run() }
        let cache = cache
        try await RedisFixture.waitUntil { cache.isServing }
    }

    /// Loads that have reached the database.
    var loads: Int { readLoads.load(ordering: .relaxed) }

    func end() async {
        running.cancel()
        await running.value
    }

    /// What the cache answers, and the database if it must.
    func version(of id: Int, tags: [CacheTag] = []) async throws -> Int? {
        try await cache.value(for: id, tags: tags) { [self] in
            readLoads.add(1, ordering: .relaxed)
            return try await engine.withConnection(.readOnly) { connection in
                try await connection.run("SELECT version FROM things WHERE id = \(id)").first?.decode(at: 0)
            }
        }
    }

    /// Changes a row through the feed.
    func write(_ version: Int, to id: Int) async throws {
        try await engine.withConnection(.readWrite) { connection in
            try await feed.write(on: connection) { connection, changes in
                changes.insert(.key(id, in: "things"))
                _ = try await connection.run("UPDATE things SET version = \(version) WHERE id = \(id)")
            }
        }
    }
}
