import Martlet
import MartletCore
import MartletRedis
import Testing

@Suite("Second tier: several processes")
struct SharedCacheTests {
    @Test(
        "what one has loaded another does not load, one that starts later included",
        arguments: RedisFixture.Kind.allCases
    )
    func shares(kind: RedisFixture.Kind) async throws {
        let fixture = try await RedisFixture(kind)
        let store = try await fixture.store()
        let here = try await fixture.member(sharing: store)
        try await here.write(7, to: 1)
        try await here.write(0, to: 2)
        // The log has told of it, so that it is loaded behind the change and not beside it.
        try await Task.sleep(for: .milliseconds(100))
        for id in [1, 2, 99] { _ = try await here.version(of: id) }
        #expect(here.loads == 3)
        let later = try await fixture.member(sharing: try await fixture.store())
        #expect(try await later.version(of: 1) == 7)
        #expect(try await later.version(of: 2) == 0)
        #expect(try await later.version(of: 99) == nil)
        #expect(later.loads == 0 && later.cache.metrics.sharedHits == 3, "\(later.cache.metrics)")
        await here.end()
        await later.end()
    }

    @Test("a hundred who miss at once in four processes make one load")
    func singleFlight() async throws {
        let fixture = try await RedisFixture()
        var members: [RedisMember] = []
        for _ in 0..<4 { members.append(try await fixture.member(sharing: try await fixture.store())) }
        let loads = Guarded(0)
        try await withThrowingTaskGroup { group in
            for number in 0..<100 {
                let cache = members[number % 4].cache
                group.addTask {
                    let value = try await cache.value(for: 5) {
                        loads.withLock { $0 += 1 }
                        try await Task.sleep(for: .milliseconds(100))
                        return 42
                    }
                    #expect(value == 42)
                }
            }
            try await group.waitForAll()
        }
        #expect(loads.withLock { $0 } == 1)
        for member in members { await member.end() }
    }

    @Test("whoever fails or leaves does not keep others from loading")
    func leaseEnds() async throws {
        let fixture = try await RedisFixture()
        let store = try await fixture.store()
        let one = try await fixture.member(sharing: store) { $0.leaseDuration = .seconds(60) }
        let other = try await fixture.member(sharing: store) { $0.leaseDuration = .seconds(60) }
        struct Refusal: Error {}
        await #expect(throws: Refusal.self) { try await one.cache.value(for: 1) { throw Refusal() } }
        let start = ContinuousClock.now
        #expect(try await other.version(of: 1) == 0)
        #expect(ContinuousClock.now - start < .seconds(20), "a lease holds for a minute unless it is ended")
        await one.end()
        await other.end()
    }

    @Test("a value lives as long as if it had not been shared")
    func timeToLive() async throws {
        let fixture = try await RedisFixture()
        var options = CacheOptions()
        (options.timeToLive, options.jitterRatio) = (.milliseconds(600), 0)
        let store = try await fixture.store()
        let one = try await fixture.member(sharing: store, options: options)
        let other = try await fixture.member(sharing: store, options: options)
        let start = ContinuousClock.now
        #expect(try await one.cache.value(for: 1) { 1 } == 1)
        try await Task.sleep(for: .milliseconds(300))
        let shared = try await other.cache.value(for: 1) { 2 }
        // On a machine that was held up the record may be gone already, and then there is nothing to see.
        guard shared == 1 else { return #expect(ContinuousClock.now - start > .milliseconds(590)) }
        while ContinuousClock.now - start < .milliseconds(620) { try await Task.sleep(for: .milliseconds(5)) }
        #expect(try await other.cache.value(for: 1) { 3 } == 3)
        await one.end()
        await other.end()
    }

    @Test("shares a value with a time to live without end")
    func endlessLife() async throws {
        let fixture = try await RedisFixture()
        var options = CacheOptions()
        options.timeToLive = .seconds(Int64.max)
        let store = try await fixture.store()
        let one = try await fixture.member(sharing: store, options: options)
        let other = try await fixture.member(sharing: store, options: options)
        #expect(try await one.cache.value(for: 1) { 1 } == 1)
        #expect(try await other.cache.value(for: 1) { 2 } == 1)
        #expect(try await other.cache.value(for: 1) { 3 } == 1)
        await one.end()
        await other.end()
    }

    @Test("no key crosses tenants, whatever their names are")
    func tenants() async throws {
        let fixture = try await RedisFixture()
        let store = try await fixture.store()
        let feed = CacheFeed(engine: fixture.engine)
        let cache = Cache<TenantScoped<String, String>, String>(entriesMax: 100)
        feed.attach(cache, scope: "names", sharing: SharedCacheTier(store, coding: .json))
        let other = Cache<TenantScoped<String, String>, String>(entriesMax: 100)
        feed.attach(other, scope: "names", sharing: SharedCacheTier(store, coding: .json))
        let running = Task { await feed.run() }
        try await RedisFixture.waitUntil { cache.isServing && other.isServing }
        let keys = [
            ("a", "bc"), ("ab", "c"), ("1:a", "b"), ("1", ":ab"), ("", "abc"), ("abc", ""), ("é", ":"), ("e", "é"),
        ]
        for (tenant, id) in keys {
            #expect(try await cache.scoped(to: tenant).value(for: id) { "\(tenant)/\(id)" } == "\(tenant)/\(id)")
            let key = TenantScoped(tenant: tenant, id: id)
            #expect(TenantScoped<String, String>(key.description) == key)
        }
        for (tenant, id) in keys {
            #expect(try await other.scoped(to: tenant).value(for: id) { "loaded" } == "\(tenant)/\(id)")
        }
        running.cancel()
        await running.value
    }

    @Test("no key keeps another from being loaded, whatever it is called")
    func leaseNames() async throws {
        let fixture = try await RedisFixture()
        let feed = CacheFeed(engine: fixture.engine)
        let cache = Cache<String, String>(entriesMax: 100)
        var tier = SharedCacheTier<String>(try await fixture.store(), coding: .json)
        tier.leaseDuration = .seconds(60)
        feed.attach(cache, scope: "names", sharing: tier)
        let running = Task { await feed.run() }
        try await RedisFixture.waitUntil { cache.isServing }
        // The plain one last: the records of the others are there when its lease is asked for.
        let words = [":lease", "lease:", ":record", "record:", ""]
        let keys = words.flatMap { word in ["\(word)x", "x\(word)"] }
        for key in keys {
            let start = ContinuousClock.now
            #expect(try await cache.value(for: key) { "of \(key)" } == "of \(key)")
            #expect(ContinuousClock.now - start < .seconds(20), "\(key) waits for a lease that nobody has")
        }
        running.cancel()
        await running.value
    }

    @Test("what is too large is not shared, and what cannot be read is loaded")
    func bounds() async throws {
        let fixture = try await RedisFixture()
        let store = try await fixture.store()
        let one = try await fixture.member(sharing: store) { $0.valueBytesMax = 6 }
        #expect(try await one.cache.value(for: 1) { 1_234_567 } == 1_234_567)
        #expect(try await one.cache.value(for: 2) { 12 } == 12)
        let broken = try await fixture.member(sharing: store) { tier in
            struct Refusal: Error {}
            tier = SharedCacheTier(
                store,
                coding: SharedCacheCoding(encode: { _ in [] }, decode: { _ in throw Refusal() })
            )
        }
        #expect(try await broken.version(of: 2) == 0)
        let other = try await fixture.member(sharing: store)
        #expect(try await other.version(of: 1) == 0)
        #expect(other.loads == 1 && broken.loads == 1)
        for member in [one, broken, other] { await member.end() }
    }
}
