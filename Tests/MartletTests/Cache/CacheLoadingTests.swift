import Martlet
import MartletCore
import MartletTesting
import Synchronization
import Testing

@Suite("Cache: loading")
struct CacheLoadingTests {
    private struct Broken: Error {}

    @Test("one load runs however many wait for it", arguments: [64, 1_000])
    func singleFlight(waiters: Int) async throws {
        let cache = Cache<Int, String>(entriesMax: 100)
        let gate = LoadGate()
        try await withThrowingTaskGroup { group in
            for _ in 0..<waiters {
                group.addTask { try await cache.value(for: 1) { await gate.pass("one") } }
            }
            while cache.metrics.misses < waiters { try await Task.sleep(for: .milliseconds(1)) }
            await gate.open()
            for try await value in group { #expect(value == "one") }
        }
        #expect(await gate.begun == 1)
        #expect(cache.metrics.loads == 1 && cache.metrics.misses == waiters)
        #expect(try await cache.value(for: 1) { nil } == "one")
        #expect(cache.metrics.hits == 1)
    }

    @Test("an error goes to all who wait, and is not kept")
    func errors() async throws {
        let cache = Cache<Int, String>(entriesMax: 100)
        let gate = LoadGate()
        await withTaskGroup { group in
            for _ in 0..<64 {
                group.addTask {
                    await #expect(throws: Broken.self) {
                        try await cache.value(for: 1) { () async throws -> String? in
                            _ = await gate.pass(0)
                            throw Broken()
                        }
                    }
                }
            }
            while cache.metrics.misses < 64 { await Task.yield() }
            await gate.open()
        }
        #expect(await gate.begun == 1)
        #expect(cache.metrics.loadFailures == 1 && cache.metrics.entries == 0)
        #expect(try await cache.value(for: 1) { "now" } == "now")
    }

    @Test("an error is kept where that was asked for, and no longer")
    func keptErrors() async throws {
        let clock = SteppedClock()
        var options = CacheOptions()
        options.timeToLiveError = .seconds(10)
        options.jitterRatio = 0
        let cache = Cache<Int, String>(entriesMax: 100, options: options, clock: clock)
        for _ in 0..<3 {
            await #expect(throws: Broken.self) { try await cache.value(for: 1) { throw Broken() } }
        }
        #expect(cache.metrics.loads == 1)
        clock.advance(by: .seconds(10))
        #expect(try await cache.value(for: 1) { "now" } == "now")
    }

    @Test("who is cancelled leaves at once, and the load goes on for the others")
    func cancellationOfOne() async throws {
        let cache = Cache<Int, String>(entriesMax: 100)
        let gate = LoadGate()
        let stays = Task { try await cache.value(for: 1) { await gate.pass("one") } }
        try await gate.waitForBegun(1)
        let leaves = Task { try await cache.value(for: 1) { await gate.pass("two") } }
        while cache.metrics.misses < 2 { try await Task.sleep(for: .milliseconds(1)) }
        leaves.cancel()
        await #expect(throws: CancellationError.self) { try await leaves.value }
        await gate.open()
        #expect(try await stays.value == "one")
        #expect(await gate.cancelled == 0)
        #expect(cache.metrics.loads == 1)
    }

    @Test("a load for which nobody waits any more is cancelled, and the next who asks begins another")
    func cancellationOfAll() async throws {
        let cache = Cache<Int, String>(entriesMax: 100)
        let gate = LoadGate()
        let tasks = (0..<10).map { _ in Task { try await cache.value(for: 1) { await gate.pass("old") } } }
        while cache.metrics.misses < 10 { try await Task.sleep(for: .milliseconds(1)) }
        for task in tasks { task.cancel() }
        for task in tasks { await #expect(throws: CancellationError.self) { try await task.value } }
        #expect(try await cache.value(for: 1) { "new" } == "new")
        await gate.open()
        while await gate.cancelled < 1 { try await Task.sleep(for: .milliseconds(1)) }
        #expect(try await cache.value(for: 1) { "newer" } == "new")
    }

    @Test("a task that is cancelled before it asks begins no load")
    func cancelledBefore() async throws {
        let cache = Cache<Int, String>(entriesMax: 100)
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            return try await cache.value(for: 1) { "one" }
        }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(cache.metrics.loads == 0)
    }

    @Test("that there is none is remembered, for its own time")
    func absence() async throws {
        let clock = SteppedClock()
        var options = CacheOptions()
        options.timeToLiveAbsent = .seconds(5)
        options.jitterRatio = 0
        let cache = Cache<Int, String>(entriesMax: 100, options: options, clock: clock)
        #expect(try await cache.value(for: 1) { nil } == nil)
        #expect(try await cache.value(for: 1) { "late" } == nil)
        clock.advance(by: .seconds(5))
        #expect(try await cache.value(for: 1) { "late" } == "late")
        #expect(cache.metrics.loads == 2)
    }

    @Test("a value lives as long as was asked, less some jitter, and is never served beyond")
    func timeToLive() async throws {
        let clock = SteppedClock()
        var options = CacheOptions()
        options.timeToLive = .seconds(100)
        options.jitterRatio = 0.2
        let cache = Cache<Int, Int>(entriesMax: 1_000, options: options, clock: clock, seed: 7)
        for key in 0..<500 { _ = try await cache.value(for: key) { key } }
        clock.advance(by: .seconds(80) - .nanoseconds(1))
        #expect((0..<500).count { Self.isKept($0, in: cache) } == 500)
        clock.advance(by: .seconds(10))
        let half = (0..<500).count { Self.isKept($0, in: cache) }
        #expect(150..<350 ~= half, "about half have gone in the middle of the jitter: \(half) stay")
        clock.advance(by: .seconds(10) + .nanoseconds(1))
        #expect(!(0..<500).contains { Self.isKept($0, in: cache) })
        #expect(cache.metrics.entries == 500)
        cache.removeExpired()
        #expect(cache.metrics.entries == 0 && cache.metrics.expirations == 500)
    }

    @Test("a value that is due is served and loaded again behind the answer, once")
    func refreshAhead() async throws {
        let clock = SteppedClock()
        var options = CacheOptions()
        options.timeToLive = .seconds(100)
        options.jitterRatio = 0
        options.refreshAheadRatio = 0.8
        let cache = Cache<Int, String>(entriesMax: 100, options: options, clock: clock)
        _ = try await cache.value(for: 1) { "old" }
        clock.advance(by: .seconds(79))
        #expect(try await cache.value(for: 1) { "new" } == "old")
        #expect(cache.metrics.refreshes == 0)
        clock.advance(by: .seconds(1))
        let gate = LoadGate()
        for _ in 0..<10 { #expect(try await cache.value(for: 1) { await gate.pass("new") } == "old") }
        await gate.open()
        while try await cache.value(for: 1, load: { "other" }) == "old" { await Task.yield() }
        #expect(try await cache.value(for: 1) { "other" } == "new")
        #expect(await gate.begun == 1)
        #expect(cache.metrics.refreshes == 1)
    }

    @Test("a refresh that fails leaves the value until its time is over")
    func failingRefresh() async throws {
        let clock = SteppedClock()
        var options = CacheOptions()
        (options.timeToLive, options.jitterRatio, options.refreshAheadRatio) = (.seconds(100), 0, 0.5)
        let cache = Cache<Int, String>(entriesMax: 100, options: options, clock: clock)
        _ = try await cache.value(for: 1) { "old" }
        clock.advance(by: .seconds(60))
        #expect(try await cache.value(for: 1) { throw Broken() } == "old")
        while cache.metrics.loadFailures == 0 { await Task.yield() }
        clock.advance(by: .seconds(39))
        #expect(try await cache.value(for: 1) { throw Broken() } == "old")
        while cache.metrics.loadFailures == 1 { await Task.yield() }
        clock.advance(by: .seconds(1))
        #expect(try await cache.value(for: 1) { "new" } == "new")
    }

    private static func isKept(_ key: Int, in cache: Cache<Int, Int>) -> Bool {
        if case .value(key) = cache.lookup(key) { return true }
        return false
    }
}
