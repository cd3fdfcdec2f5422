import Foundation
import Martlet
import MartletCore
import MartletTesting
import Testing

@Suite("Cache: the examples of its page")
struct CacheExampleTests {
    @Test("are those that are compiled here", arguments: ["Users.swift", "TenantFiles.swift"])
    func areOnThePage(file: String) throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
        let example = try String(contentsOf: folder.appending(path: file), encoding: .utf8)
        let page = try String(contentsOf: folder.appending(path: "../../../docs/cache.md"), encoding: .utf8)
        #expect(page.contains("```swift\n\(example)```"))
    }

    @Test("reads once, sees its own change at once, and that of another process soon")
    func works() async throws {
        let database = try await TemporaryDatabase(
            script: """
                CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL, team INTEGER NOT NULL);
                INSERT INTO users VALUES (1, 'Ada', 7);
                """
        )
        let pool = Pool(database.engine, PoolConfiguration(max: 4))
        let here = try await Users(engine: database.engine, pool: pool)
        let there = try await Users(engine: database.engine, pool: pool)
        let running = [Task { await here.run() }, Task { await there.run() }]
        try await FeedDatabase.waitUntil {
            _ = (try await here.user(1), try await there.user(1))
            return here.metrics.hits > 0 && there.metrics.hits > 0
        }
        try await here.rename(1, to: "Grace")
        #expect(try await here.user(1)?.name == "Grace")
        try await FeedDatabase.waitUntil { try await there.user(1)?.name == "Grace" }
        try await here.move(team: 7, to: 8)
        #expect(try await here.user(1)?.team == 8)
        try await FeedDatabase.waitUntil { try await there.user(1)?.team == 8 }
        #expect(try await here.user(2) == nil)
        for task in running { task.cancel() }
        for task in running { await task.value }
        await pool.shutdown()
    }

    @Test("a load borrows a connection of its own, and so waits for whoever asks while holding the last one")
    func loadWithinConnection() async throws {
        let database = try TemporaryDatabase()
        var configuration = PoolConfiguration(max: 1)
        configuration.acquireTimeout = .milliseconds(50)
        let pool = Pool(database.engine, configuration)
        let cache = Cache<Int, Int>(entriesMax: 10)
        @Sendable func load() async throws -> Int? {
            try await pool.withConnection { try await $0.run("SELECT 7")[0].decode(Int.self, at: 0) }
        }
        try await pool.withConnection { _ in
            let error = await #expect(throws: PoolError.self) { try await cache.value(for: 1, load: load) }
            #expect(error?.code == .timedOut)
        }
        #expect(try await cache.value(for: 1, load: load) == 7)
        await pool.shutdown()
    }

    @Test("a tenant that is no text is entered in the log, and read from it, as the application says")
    func tenants() async throws {
        let database = try await TemporaryDatabase(
            script: "CREATE TABLE files (tenant TEXT, id INTEGER, name TEXT, PRIMARY KEY (tenant, id))"
        )
        let pool = Pool(database.engine, PoolConfiguration(max: 4))
        let tenants = [UUID(), UUID()]
        try await pool.withConnection { connection in
            try await CacheFeed.install(on: connection)
            for tenant in tenants {
                try await connection.run("INSERT INTO files VALUES (\(tenant.uuidString), 1, 'old')")
            }
        }
        let here = TenantFiles(engine: database.engine, pool: pool)
        let there = TenantFiles(engine: database.engine, pool: pool)
        let running = [Task { await here.feed.run() }, Task { await there.feed.run() }]
        try await FeedDatabase.waitUntil {
            for tenant in tenants { _ = try await there.name(of: 1, tenant: tenant) }
            return there.metrics.entries == 2
        }
        try await here.rename(1, tenant: tenants[0], to: "new")
        #expect(try await here.name(of: 1, tenant: tenants[0]) == "new")
        // A key that could not be read would have emptied the cache.
        try await FeedDatabase.waitUntil { there.metrics.invalidations == 1 }
        #expect(there.metrics.entries == 1)
        #expect(try await there.name(of: 1, tenant: tenants[0]) == "new")
        #expect(try await there.name(of: 1, tenant: tenants[1]) == "old")
        for task in running { task.cancel() }
        for task in running { await task.value }
        await pool.shutdown()
    }
}
