import Martlet
import MartletCore
import MartletTesting
import Synchronization
import Testing

@Suite("Cache: bounds, tenants, metrics")
struct CacheBoundTests {
    @Test("never holds more entries than it may", arguments: [1, 7, 1_000])
    func entries(entriesMax: Int) async throws {
        let cache = Cache<Int, Int>(entriesMax: entriesMax)
        for key in 0..<3_000 {
            _ = try await cache.value(for: key) { key }
            if key % 3 == 0 { _ = cache.lookup(key / 2) }
            try #require(cache.metrics.entries <= entriesMax)
        }
        #expect(cache.metrics.entries == entriesMax)
        #expect(cache.metrics.evictions == 3_000 - entriesMax)
    }

    @Test("needs no more memory than it may, as the allocator counts it")
    func bytes() async throws {
        let bytesMax = 16 << 20
        let cache = Cache<Int, [UInt8]>(bytesMax: bytesMax) { _, value in value.capacity + 48 }
        let before = try AllocatedBytes.now()
        var random = SplitMix64(seed: 1)
        for _ in 0..<60_000 {
            let key = Int.random(in: 0..<50_000, using: &random)
            let size = Int.random(in: 0..<2_000, using: &random)
            _ = try await cache.value(for: key) { [UInt8](repeating: 1, count: size) }
        }
        let used = try AllocatedBytes.now() - before
        print("cap \(bytesMax), used \(used), entries \(cache.metrics.entries)")
        #expect(cache.metrics.weight <= bytesMax && cache.metrics.weight > bytesMax * 9 / 10)
        #expect(used <= bytesMax)
    }

    @Test("needs no more memory than it may when the values are tiny")
    func tinyValues() async throws {
        let bytesMax = 8 << 20
        let cache = Cache<Int, Int>(bytesMax: bytesMax) { _, _ in 16 }
        let before = try AllocatedBytes.now()
        for key in 0..<60_000 { _ = try await cache.value(for: key) { key } }
        let used = try AllocatedBytes.now() - before
        print("cap \(bytesMax), used \(used), entries \(cache.metrics.entries)")
        #expect(used <= bytesMax && cache.metrics.entries > 10_000)
    }

    @Test("what weighs more than there is room for is served and not kept")
    func tooLarge() async throws {
        let cache = Cache<Int, String>(bytesMax: 1_000) { _, value in value.utf8.count }
        let long = String(repeating: "x", count: 2_000)
        #expect(try await cache.value(for: 1) { long } == long)
        #expect(cache.metrics.entries == 0)
    }

    @Test("texts that look the same and have other bytes are other keys")
    func keysByBytes() async throws {
        let (composed, decomposed) = ("jos\u{e9}", "jose\u{301}")
        for long in ["", String(repeating: "x", count: 40)] {
            let cache = Cache<String, String>(entriesMax: 100)
            #expect(try await cache.value(for: composed + long) { "composed" } == "composed")
            #expect(try await cache.value(for: decomposed + long) { "decomposed" } == "decomposed")
            cache.invalidate(composed + long)
            #expect(try await cache.value(for: decomposed + long) { "again" } == "decomposed")
            #expect(try await cache.value(for: composed + long) { "again" } == "again")
        }
        // None waits for the load of another.
        let cache = Cache<String, String>(entriesMax: 100)
        let value = try await cache.value(for: composed) { try await cache.value(for: decomposed) { "inner" } }
        #expect(value == "inner")
    }

    @Test("tenants and ids that look the same and have other bytes are others")
    func tenantsByBytes() async throws {
        let cache = Cache<TenantScoped<String, String>, String>(entriesMax: 100)
        let (composed, decomposed) = ("jos\u{e9}", "jose\u{301}")
        let keys = [composed, decomposed].flatMap { tenant in [composed, decomposed].map { (tenant, $0) } }
        for (number, key) in keys.enumerated() {
            #expect(try await cache.scoped(to: key.0).value(for: key.1) { "\(number)" } == "\(number)")
        }
        cache.scoped(to: composed).invalidate(decomposed)
        for (number, key) in keys.enumerated() {
            let expected = number == 1 ? "again" : "\(number)"
            #expect(try await cache.scoped(to: key.0).value(for: key.1) { "again" } == expected)
        }
        let changes = Set(keys.map { CacheInvalidation.key(TenantScoped(tenant: $0.0, id: $0.1), in: "names") })
        #expect(changes.count == 4, "each is entered in the log")
    }

    @Test("a key is read from the text it was written as, whatever characters it begins with")
    func tenantTexts() {
        let words = ["", "a", ":", "\u{301}x", "\u{200d}", "\u{1F1E9}", "\u{FE0F}", "1:\u{301}", "\u{e9}", "e\u{301}"]
        for tenant in words {
            for id in words {
                let key = TenantScoped(tenant: tenant, id: id)
                #expect(
                    TenantScoped<String, String>(key.description) == key,
                    "\(tenant.debugDescription), \(id.debugDescription)"
                )
            }
        }
        for text in ["", "a", "-1:a", "2:a", "1:\u{e9}", ":a"] { #expect(TenantScoped<String, String>(text) == nil) }
    }

    @Test("takes room without end, and values that weigh more than there is")
    func extremes() async throws {
        for cache in [
            Cache<Int, Int>(entriesMax: .max), Cache<Int, Int>(bytesMax: .max) { _, value in value },
        ] {
            for key in 0..<2_000 { #expect(try await cache.value(for: key) { key } == key) }
            #expect(cache.metrics.entries == 2_000)
        }
        let heavy = Cache<Int, Int>(bytesMax: 10_000) { _, value in value }
        for value in [Int.max, .max - 1, 10_000, -1, .min] { _ = try await heavy.value(for: value) { value } }
        #expect(heavy.metrics.entries == 2)
    }

    @Test(
        "takes times to live without end, with any part of them",
        arguments: [Duration.seconds(Int64.max), .nanoseconds(Int64.max), .seconds(3_155_760_000)],
        [(0, 1), (1, 0.5), (0.1, 0), (.nan, .nan), (-.infinity, .infinity), (2, 2)] as [(Double, Double)]
    )
    func longLives(timeToLive: Duration, ratios: (Double, Double)) async throws {
        var options = CacheOptions()
        (options.timeToLive, options.timeToLiveAbsent) = (timeToLive, timeToLive)
        (options.jitterRatio, options.refreshAheadRatio) = (ratios.0, ratios.1)
        let cache = Cache<Int, Int>(entriesMax: 10, options: options)
        #expect(try await cache.value(for: 1) { 1 } == 1)
        #expect(try await cache.value(for: 2) { nil } == nil)
        // With the whole of it as jitter, chance decides.
        if ratios.0 < 1 { #expect(cache.metrics.entries == 2) }
    }

    @Test("no key crosses tenants")
    func tenants() async throws {
        let cache = Cache<TenantScoped<String, Int>, String>(entriesMax: 100)
        let (red, blue) = (cache.scoped(to: "red"), cache.scoped(to: "blue"))
        #expect(try await red.value(for: 1) { "of red" } == "of red")
        #expect(try await blue.value(for: 1) { "of blue" } == "of blue")
        red.invalidate(1)
        #expect(try await blue.value(for: 1) { "other" } == "of blue")
        #expect(try await red.value(for: 1) { "new" } == "new")
    }

    @Test("the alert is raised once when the hit ratio falls, and again when it falls again")
    func alert() async throws {
        let raised = Mutex(0)
        var options = CacheOptions()
        options.alertRequests = 100
        let cache = Cache<Int, Int>(entriesMax: 1_000, options: options) { metrics in
            #expect(metrics.entries > 0 && metrics.hits > 0 && metrics.weight == metrics.entries)
            raised.withLock { $0 += 1 }
        }
        var fresh = 0
        func ask(misses: Int, hits: Int) async throws {
            for _ in 0..<misses {
                fresh += 1
                let key = fresh
                _ = try await cache.value(for: key) { key }
            }
            for _ in 0..<hits { _ = cache.lookup(fresh) }
        }
        try await ask(misses: 101, hits: 0)
        #expect(raised.withLock { $0 } == 0, "it fills")
        for _ in 0..<20 { try await ask(misses: 1, hits: 20) }
        #expect(raised.withLock { $0 } == 0)
        for _ in 0..<5 { try await ask(misses: 100, hits: 50) }
        #expect(raised.withLock { $0 } == 1)
        for _ in 0..<20 { try await ask(misses: 1, hits: 20) }
        try await ask(misses: 300, hits: 10)
        #expect(raised.withLock { $0 } == 2)
    }

    @Test("says how old its answers were")
    func ages() async throws {
        let clock = SteppedClock()
        let cache = Cache<Int, Int>(entriesMax: 10, clock: clock)
        _ = try await cache.value(for: 1) { 1 }
        clock.advance(by: .seconds(2))
        _ = cache.lookup(1)
        clock.advance(by: .seconds(2))
        _ = cache.lookup(1)
        #expect(cache.metrics.hitAgeMean == .seconds(3))
        #expect(abs(cache.metrics.hitRatio - 2.0 / 3) < 1e-9)
    }
}
