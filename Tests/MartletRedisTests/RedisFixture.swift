import Martlet
import MartletCore
import MartletPostgres
import MartletRedis
import MartletTesting
import Testing

/// A Redis of its own, and a database with a log and some rows.
struct RedisFixture: Sendable {
    enum Kind: Sendable, CaseIterable { case sqlite, postgres }

    let redis: PrivateRedis
    let engine: any Engine
    /// As a process of its own reaches it.
    let location: String
    private let file: TemporaryDatabase?

    init(_ kind: Kind = .sqlite) async throws {
        do {
            redis = try await PrivateRedis()
        } catch PrivateRedis.Failure.notInstalled {
            try Test.cancel("no redis-server is installed: apt-get install redis-server")
        }
        switch kind {
        case .sqlite:
            let database = try TemporaryDatabase()
            (engine, file, location) = (database.engine, database, database.path)
        case .postgres:
            do {
                let server = try await PrivatePostgres.shared()
                location = try await server.createDatabase(named: "shared_\(UInt64.random(in: 0...UInt64.max))")
                (engine, file) = (try PostgresEngine(location), nil)
            } catch let error as PrivatePostgresError where error.code == .notInstalled {
                try Test.cancel("\(error)")
            }
        }
        try await engine.withConnection(.readWrite) { connection in
            try await CacheFeed.install(on: connection)
            try await CacheFeed.install(on: connection)
            try await connection.runScript("CREATE TABLE things (id INTEGER PRIMARY KEY, version INTEGER NOT NULL)")
            for id in 0..<20 { try await connection.run("INSERT INTO things VALUES (\(id), 0)") }
        }
    }

    /// A store that has connected.
    func store(_ change: (inout RedisOptions) -> Void = { _ in }) async throws -> RedisStore {
        var options = RedisOptions(.socket(redis.socket))
        // Two shared cores: a deadline that a busy machine meets too.
        options.deadline = .milliseconds(500)
        change(&options)
        let store = RedisStore(options)
        try await Self.waitUntil { store.metrics.isAvailable }
        return store
    }

    /// A process of its own, as far as caches are concerned: with its own cache, feed and connection to Redis.
    func member(
        sharing store: RedisStore,
        options: CacheOptions = CacheOptions(),
        feedOptions: CacheFeedOptions = CacheFeedOptions(),
        change: (inout SharedCacheTier<Int>) -> Void = { _ in }
    ) async throws -> RedisMember {
        try await RedisMember(engine, store, options, feedOptions, change)
    }

    /// Returns when the condition holds; fails after ten seconds.
    static func waitUntil(_ condition: () async throws -> Bool) async throws {
        let end = ContinuousClock.now + .seconds(60)
        while try await !condition() {
            try #require(ContinuousClock.now < end, "waited for too long")
            try await Task.sleep(for: .milliseconds(1))
        }
    }
}
