import Foundation
import Martlet
import MartletCore
import Synchronization
import Testing

@Suite("Cache: invalidation")
struct CacheInvalidationTests {
    /// `MARTLET_CACHE_RACES=1000000` for a million; fifty thousand find.
    private static let races =
        ProcessInfo.processInfo.environment["MARTLET_CACHE_RACES"].flatMap { Int($0) } ?? 50_000

    @Test("a load that began before its key was invalidated is not kept; who asks later begins another")
    func keyFence() async throws {
        let cache = Cache<Int, String>(entriesMax: 100)
        let gate = LoadGate()
        let before = Task { try await cache.value(for: 1) { await gate.pass("old") } }
        try await gate.waitForBegun(1)
        cache.invalidate(1)
        #expect(try await cache.value(for: 1) { "new" } == "new")
        await gate.open()
        #expect(try await before.value == "old", "it was asked before the change")
        #expect(try await cache.value(for: 1) { "other" } == "new")
        #expect(cache.metrics.loadsFenced == 1)
    }

    @Test(
        "a load that began before one of its tags was invalidated is not kept; other loads are",
        arguments: [false, true]
    )
    func tagFence(isKnownLate: Bool) async throws {
        let cache = Cache<Int, String>(entriesMax: 100)
        let gate = LoadGate()
        let tagged = Task {
            isKnownLate
                ? try await cache.value(for: 1, loadTagged: { CacheLoad(await gate.pass("old"), tags: ["group:7"]) })
                : try await cache.value(for: 1, tags: ["group:7"]) { await gate.pass("old") }
        }
        let other = Task { try await cache.value(for: 2, tags: ["group:8"]) { await gate.pass("two") } }
        try await gate.waitForBegun(2)
        cache.invalidate(tag: "group:7")
        #expect(try await cache.value(for: 1, tags: ["group:7"]) { "new" } == "new")
        await gate.open()
        _ = try await (tagged.value, other.value)
        #expect(try await cache.value(for: 1) { "other" } == "new")
        #expect(try await cache.value(for: 2) { "other" } == "two")
    }

    @Test("a tag removes what has it, and nothing else")
    func tags() async throws {
        let cache = Cache<Int, Int>(entriesMax: 100)
        for key in 0..<100 {
            _ = try await cache.value(for: key, tags: ["mod3:\(key % 3)", "mod2:\(key % 2)"]) { key }
        }
        cache.invalidate(tag: "mod3:1")
        for key in 0..<100 {
            let isLeft = if case .value = cache.lookup(key) { true } else { false }
            #expect(isLeft == (key % 3 != 1))
        }
        cache.invalidate(tag: "mod2:0")
        cache.invalidate(tag: "mod2:1")
        #expect(cache.metrics.entries == 0 && cache.metrics.invalidations == 100)
    }

    @Test("removing all keeps loads on their way from being kept")
    func removeAll() async throws {
        let cache = Cache<Int, String>(entriesMax: 100)
        let gate = LoadGate()
        let before = Task { try await cache.value(for: 1) { await gate.pass("old") } }
        try await gate.waitForBegun(1)
        cache.removeAll()
        await gate.open()
        _ = try await before.value
        #expect(try await cache.value(for: 1) { "new" } == "new")
    }

    @Test("nobody reads what was before an acknowledged change, in forced races of loads with changes by key and tag")
    func races() async throws {
        let cache = Cache<Int, Int>(entriesMax: 12)
        let store = VersionStore(keys: 16)
        let stale = try await withThrowingTaskGroup { group in
            for worker in 0..<4 {
                group.addTask { try await Self.race(cache, store, seed: UInt64(worker), count: Self.races / 4) }
            }
            return try await group.reduce(0, +)
        }
        #expect(stale == 0)
        #expect(cache.metrics.hits > 0 && cache.metrics.loadsFenced > 0, "no race took place: \(cache.metrics)")
    }

    @Test("a load that is overtaken by a change each time is never kept, whichever way the change is told")
    func forcedRaces() async throws {
        let cache = Cache<Int, Int>(entriesMax: 12)
        let store = VersionStore(keys: 16)
        let (forced, stale) = try await withThrowingTaskGroup { group in
            for worker in 0..<4 {
                group.addTask { try await Self.force(cache, store, seed: UInt64(worker), count: Self.races / 4) }
            }
            return try await group.reduce((0, 0)) { ($0.0 + $1.forced, $0.1 + $1.stale) }
        }
        print("\(forced) forced races, \(cache.metrics.loadsFenced) loads fenced, \(stale) stale reads")
        #expect(stale == 0)
        #expect(forced >= Self.races / 4 * 4 && cache.metrics.loadsFenced >= forced)
    }

    /// Lets a change of its key come between what a load reads and its end, until that has happened so many times;
    /// returns how many reads afterwards gave less than was acknowledged.
    private static func force(
        _ cache: Cache<Int, Int>,
        _ store: VersionStore,
        seed: UInt64,
        count: Int
    ) async throws -> (forced: Int, stale: Int) {
        var random = SplitMix64(seed: seed)
        var stale = 0
        let forced = Guarded(0)
        while forced.value < count {
            let key = Int.random(in: 0..<16, using: &random)
            let way = Int.random(in: 0..<20, using: &random)
            cache.invalidate(key)
            // Whoever joins the load of another worker forces nothing, and is not counted.
            _ = try await cache.value(for: key, tags: ["key:\(key)"]) {
                let old = store.current(key)
                let version = store.change(key)
                switch way {
                case 0: cache.removeAll()
                case 1..<8: cache.invalidate(tag: "key:\(key)")
                default: cache.invalidate(key)
                }
                store.acknowledge(version, of: key)
                forced.withLock { $0 += 1 }
                return old
            }
            let acknowledged = store.acknowledged(key)
            let read = try await cache.value(for: key, tags: ["key:\(key)"]) { store.current(key) }
            if let read, read < acknowledged { stale += 1 }
        }
        return (forced.value, stale)
    }

    /// Changes and reads at random; returns how many reads gave less than was acknowledged when they began.
    private static func race(
        _ cache: Cache<Int, Int>,
        _ store: VersionStore,
        seed: UInt64,
        count: Int
    ) async throws -> Int {
        var random = SplitMix64(seed: seed)
        var stale = 0
        for _ in 0..<count {
            let key = Int.random(in: 0..<16, using: &random)
            let choice = Int.random(in: 0..<10, using: &random)
            if choice < 2 {
                let version = store.change(key)
                if choice == 0 { cache.invalidate(key) } else { cache.invalidate(tag: "key:\(key)") }
                store.acknowledge(version, of: key)
                continue
            }
            let acknowledged = store.acknowledged(key)
            let yields = Int.random(in: 0..<4, using: &random)
            let read = try await cache.value(for: key, tags: ["key:\(key)"]) {
                let version = store.current(key)
                for _ in 0..<yields { await Task.yield() }
                return version
            }
            if let read, read < acknowledged { stale += 1 }
        }
        return stale
    }
}
