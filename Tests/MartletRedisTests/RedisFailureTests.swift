import Martlet
import MartletCore
import MartletRedis
import MartletTesting
import Testing

@Suite("Second tier: a Redis that is down or slow")
struct RedisFailureTests {
    @Test("one that goes away fails no read, and is used again when it is back")
    func restart() async throws {
        let fixture = try await RedisFixture()
        let store = try await fixture.store { $0.pauseMax = .milliseconds(200) }
        let one = try await fixture.member(sharing: store)
        await fixture.redis.stop()
        for id in 0..<10 { #expect(try await one.version(of: id) == 0) }
        #expect(one.loads == 10 && !store.metrics.isAvailable)
        try await fixture.redis.start()
        try await RedisFixture.waitUntil { store.metrics.isAvailable }
        #expect(try await one.version(of: 10) == 0)
        let other = try await fixture.member(sharing: store)
        #expect(try await other.version(of: 10) == 0)
        #expect(other.loads == 0)
        await one.end()
        await other.end()
    }

    @Test("one that does not answer costs its deadline once, then nothing")
    func slow() async throws {
        let fixture = try await RedisFixture()
        let store = try await fixture.store {
            $0.deadline = .milliseconds(200)
            $0.connectDeadline = .milliseconds(200)
            $0.pauseMin = .seconds(10)
        }
        let one = try await fixture.member(sharing: store)
        fixture.redis.pause()
        var longest = Duration.zero
        let start = ContinuousClock.now
        for id in 0..<100 {
            let asked = ContinuousClock.now
            // There are twenty.
            #expect(try await one.version(of: id) == (id < 20 ? 0 : nil))
            longest = max(longest, ContinuousClock.now - asked)
        }
        // A hundred reads that waited each would take twenty seconds; the rest is room for a busy machine.
        #expect(ContinuousClock.now - start < .seconds(10))
        print("second tier that stands still: the slowest of 100 reads took \(longest)")
        #expect(!store.metrics.isAvailable && one.cache.metrics.sharedFailures > 0)
        fixture.redis.resume()
        await one.end()
        await store.shutdown()
    }

    @Test("many calls at once are answered, and none is left over when it goes away meanwhile")
    func manyCalls() async throws {
        let fixture = try await RedisFixture()
        let store = try await fixture.store { $0.waitingMax = 100 }
        let redis = fixture.redis
        func ask(_ count: Int, stoppingAt stop: Int? = nil) async -> [SharedCacheAnswer: Int] {
            await withTaskGroup { group in
                for number in 0..<count {
                    group.addTask {
                        if number == stop { await redis.stop() }
                        return await store.read("key \(number)", after: "", bytesMax: 100, lease: nil)
                    }
                }
                return await group.reduce(into: [:]) { $0[$1, default: 0] += 1 }
            }
        }
        #expect(await ask(100) == [.none(isLeased: false): 100])
        let answers = await ask(2_000, stoppingAt: 1_000)
        #expect(answers.values.reduce(0, +) == 2_000 && answers[.unavailable, default: 0] > 0)
        await store.shutdown()
        #expect(await store.read("key", after: "", bytesMax: 100, lease: nil) == .unavailable)
    }

    @Test("one that was never there fails nothing")
    func absent() async throws {
        let fixture = try await RedisFixture()
        let store = RedisStore(RedisOptions(.socket("/nowhere/redis.sock")))
        let one = try await fixture.member(sharing: store)
        #expect(try await one.version(of: 1) == 0)
        await one.end()
        await store.shutdown()
        #expect(store.metrics.lastFailure != nil)
    }

    @Test("scripts that were flushed come back")
    func flushedScripts() async throws {
        let fixture = try await RedisFixture()
        let store = try await fixture.store { ($0.pauseMin, $0.pauseMax) = (.milliseconds(1), .milliseconds(10)) }
        let before = store.metrics.connections
        try await fixture.redis.command(["SCRIPT", "FLUSH"])
        #expect(await store.read("key", after: "", bytesMax: 100, lease: nil) == .unavailable)
        try await RedisFixture.waitUntil { store.metrics.connections > before && store.metrics.isAvailable }
        #expect(await store.read("key", after: "", bytesMax: 100, lease: nil) == .none(isLeased: false))
        await store.shutdown()
    }

    @Test("signs in with a password, and does without where it is wrong")
    func password() async throws {
        let fixture = try await RedisFixture()
        try await fixture.redis.command(["CONFIG", "SET", "requirepass", "sesame"])
        let store = try await fixture.store { $0.password = "sesame" }
        #expect(await store.read("key", after: "", bytesMax: 100, lease: nil) == .none(isLeased: false))
        var options = RedisOptions(.socket(fixture.redis.socket))
        options.password = "barley"
        let refused = RedisStore(options)
        try await RedisFixture.waitUntil { refused.metrics.lastFailure != nil }
        #expect(refused.metrics.lastFailure?.contains("barley") == false)
        #expect(!refused.metrics.isAvailable)
        await store.shutdown()
        await refused.shutdown()
    }
}
