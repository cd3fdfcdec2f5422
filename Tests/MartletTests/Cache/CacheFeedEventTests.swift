import Martlet
import MartletCore
import Testing

@Suite("Cache: what a feed tells of itself")
struct CacheFeedEventTests {
    @Test(
        "a log that is missing is told once however often it is tried, and so is that it is there again",
        arguments: FeedDatabase.Kind.allCases
    )
    func missingLog(kind: FeedDatabase.Kind) async throws {
        let database = try await FeedDatabase(kind)
        try await run("DROP TABLE martlet_cache_log", on: database)
        var options = CacheFeedOptions()
        options.reconnectDelay = .milliseconds(5)
        let events = Guarded<[CacheFeedEvent]>([])
        let feed = CacheFeed(engine: database.engine, options: options) { event in
            events.withLock { $0.append(event) }
        }
        let cache = Cache<Int, Int>(entriesMax: 100)
        feed.attach(cache, scope: "things")
        #expect(feed.failure == nil)
        let running = Task { await feed.run() }

        try await FeedDatabase.waitUntil { feed.failure != nil }
        // Time for several tries.
        try await Task.sleep(for: .milliseconds(100))
        for version in 1...3 { #expect(try await cache.value(for: 0) { version } == version) }
        #expect(cache.metrics.bypasses == 3 && cache.metrics.hits == 0)
        #expect((feed.failure as? EngineError)?.code == .undefinedObject)
        try #require(events.value.count == 1)
        #expect(events.value[0].description.contains("martlet_cache_log"))

        try await database.engine.withConnection(.readWrite) { try await CacheFeed.install(on: $0) }
        try await FeedDatabase.waitUntil { events.value.count == 2 }
        #expect(events.value[1].description == CacheFeedEvent.following.description)
        #expect(feed.failure == nil)

        try await run("DROP TABLE martlet_cache_log", on: database)
        try await FeedDatabase.waitUntil { events.value.count == 3 }
        #expect(feed.failure != nil)
        running.cancel()
        await running.value
    }

    @Test("the end of a feed is no failure")
    func end() async throws {
        let database = try await FeedDatabase(.sqlite)
        let events = Guarded<[CacheFeedEvent]>([])
        let feed = CacheFeed(engine: database.engine) { event in events.withLock { $0.append(event) } }
        for round in 1...2 {
            let running = Task { await feed.run() }
            try await FeedDatabase.waitUntil { events.value.count == round }
            running.cancel()
            await running.value
            #expect(feed.failure == nil)
        }
        #expect(events.value.map(\.description) == Array(repeating: CacheFeedEvent.following.description, count: 2))
    }

    @Test(
        "more changes at once than are read at once have the caches begin anew",
        arguments: FeedDatabase.Kind.allCases
    )
    func manyChanges(kind: FeedDatabase.Kind) async throws {
        let database = try await FeedDatabase(kind)
        let events = Guarded<[CacheFeedEvent]>([])
        let feed = CacheFeed(engine: database.engine) { event in events.withLock { $0.append(event) } }
        let cache = Cache<Int, Int>(entriesMax: 100)
        feed.attach(cache, scope: "things")
        let running = Task { await feed.run() }
        try await FeedDatabase.waitUntil { cache.isServing }
        #expect(try await cache.value(for: 0) { 1 } == 1)
        // None of them is about what the cache holds.
        try await run(
            """
            INSERT INTO martlet_cache_log (kind, scope, key)
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i <= 50000)
            SELECT 0, 'others', CAST(i AS text) FROM n
            """,
            on: database
        )
        try await FeedDatabase.waitUntil { events.value.count >= 2 && cache.isServing }
        #expect(events.value.contains { $0.description.contains("50000 changes came at once") })
        #expect(try await cache.value(for: 0) { 2 } == 2)
        running.cancel()
        await running.value
    }

    private func run(_ script: String, on database: FeedDatabase) async throws {
        try await database.engine.withConnection(.readWrite) { try await $0.runScript(script) }
    }
}
