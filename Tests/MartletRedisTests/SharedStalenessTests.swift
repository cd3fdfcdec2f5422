import Foundation
import Martlet
import MartletCore
import MartletRedis
import Testing

@Suite("Second tier: nothing stale")
struct SharedStalenessTests {
    /// A change takes a transaction and a read perhaps a round trip to Redis: a thousand take seconds.
    private static let rounds =
        ProcessInfo.processInfo.environment["MARTLET_SHARED_RACES"].flatMap { Int($0) } ?? 200

    @Test(
        "who has changed something reads it at once, while others load and share",
        arguments: RedisFixture.Kind.allCases
    )
    func readYourWrites(kind: RedisFixture.Kind) async throws {
        let fixture = try await RedisFixture(kind)
        let (one, other) = (
            try await fixture.member(sharing: try await fixture.store()),
            try await fixture.member(sharing: try await fixture.store())
        )
        let isDone = Guarded(false)
        try await withThrowingTaskGroup { group in
            for member in [one, other] {
                group.addTask {
                    var random = SplitMix64(seed: 1)
                    while !isDone.withLock({ $0 }) {
                        let id = Int.random(in: 0..<4, using: &random)
                        // Out of the first tier, so that the second is asked.
                        if Bool.random(using: &random) { member.cache.drop(id) }
                        _ = try await member.version(of: id)
                        // The writer is to get its turn too.
                        try await Task.sleep(for: .microseconds(200))
                    }
                }
            }
            for round in 1...Self.rounds {
                let (member, id) = (round % 2 == 0 ? one : other, round % 4)
                try await member.write(round, to: id)
                #expect(try #require(try await member.version(of: id)) == round)
                if round % 10 == 0 { try await Task.sleep(for: .milliseconds(30)) }
            }
            isDone.withLock { $0 = true }
            try await group.waitForAll()
        }
        print(
            "shared \(kind): \(one.cache.metrics.sharedHits + other.cache.metrics.sharedHits) hits,",
            "\(one.cache.metrics.sharedRefusals + other.cache.metrics.sharedRefusals) refused"
        )
        #expect(one.cache.metrics.sharedHits + other.cache.metrics.sharedHits > 0)
        await one.end()
        await other.end()
    }

    @Test("another process never gets what is older than the bound", arguments: RedisFixture.Kind.allCases)
    func boundedStaleness(kind: RedisFixture.Kind) async throws {
        let fixture = try await RedisFixture(kind)
        var options = CacheFeedOptions()
        (options.pollInterval, options.stalenessMax) = (.milliseconds(10), .milliseconds(60))
        let one = try await fixture.member(sharing: try await fixture.store(), feedOptions: options)
        let other = try await fixture.member(sharing: try await fixture.store(), feedOptions: options)
        let commits = Guarded<[(version: Int, at: ContinuousClock.Instant)]>([(0, .now)])
        let writing = Task {
            for version in 1...100 {
                try await one.write(version, to: 0)
                commits.withLock { $0.append((version, .now)) }
                _ = try await one.version(of: 0)
                try await Task.sleep(for: .milliseconds(Int.random(in: 0...20)))
            }
        }
        while commits.withLock({ $0.count }) <= 100 {
            let bound = ContinuousClock.now - options.stalenessMax
            let known = commits.withLock { $0.last { $0.at < bound }?.version ?? 0 }
            if Bool.random() { other.cache.drop(0) }
            #expect(try #require(try await other.version(of: 0)) >= known)
            await Task.yield()
        }
        try await writing.value
        #expect(other.cache.metrics.sharedHits > 0)
        await one.end()
        await other.end()
    }

    @Test("an old value that comes late is not put over a newer one, and would not be served")
    func lateWriter() async throws {
        let fixture = try await RedisFixture()
        let (slow, quick) = (
            try await fixture.member(sharing: try await fixture.store()),
            try await fixture.member(sharing: try await fixture.store()) { $0.leaseDuration = .milliseconds(10) }
        )
        let isLoading = Guarded(false), mayEnd = Guarded(false)
        let late = Task {
            try await slow.cache.value(for: 3) {
                isLoading.withLock { $0 = true }
                try await RedisFixture.waitUntil { mayEnd.withLock { $0 } }
                return 0
            }
        }
        try await RedisFixture.waitUntil { isLoading.withLock { $0 } }
        try await quick.write(1, to: 3)
        // Both have heard of it, and the new value is in the second tier.
        try await Task.sleep(for: .milliseconds(100))
        #expect(try await quick.version(of: 3) == 1)
        mayEnd.withLock { $0 = true }
        #expect(try await late.value == 0, "it was asked before the change")
        let third = try await fixture.member(sharing: try await fixture.store())
        for member in [slow, quick, third] { #expect(try await member.version(of: 3) == 1) }
        #expect(third.loads == 0, "the newer value is still there")
        for member in [slow, quick, third] { await member.end() }
    }

    @Test("a tag, and everything, reach what others have shared")
    func tags() async throws {
        let fixture = try await RedisFixture()
        let store = try await fixture.store()
        let (one, other) = (try await fixture.member(sharing: store), try await fixture.member(sharing: store))
        for id in 0..<6 { _ = try await one.version(of: id, tags: ["parity:\(id % 2)"]) }
        func change(_ change: CacheInvalidation) async throws {
            try await fixture.engine.withConnection(.readWrite) { connection in
                try await connection.run("UPDATE things SET version = version + 1")
                try await CacheInvalidation.record([change], on: connection)
            }
            // Twice the time between two looks at the log, and more.
            try await Task.sleep(for: .milliseconds(100))
        }
        try await change(.tag("parity:1"))
        #expect(try await other.version(of: 1) == 1)
        #expect(try await other.version(of: 2) == 0, "nobody has said that this one changed")
        try await change(.everything)
        for id in 0..<6 { #expect(try await other.version(of: id) == 2) }
        await one.end()
        await other.end()
    }

    @Test(
        "what is invalidated by hand is not fetched from the second tier again",
        arguments: RedisFixture.Kind.allCases
    )
    func byHand(kind: RedisFixture.Kind) async throws {
        let fixture = try await RedisFixture(kind)
        let store = try await fixture.store()
        let (one, other) = (try await fixture.member(sharing: store), try await fixture.member(sharing: store))
        for id in 0..<3 { _ = try await one.version(of: id, tags: ["all"]) }
        for id in 0..<3 { _ = try await other.version(of: id, tags: ["all"]) }
        try await fixture.engine.withConnection(.readWrite) { _ = try await $0.run("UPDATE things SET version = 1") }
        other.cache.invalidate(0)
        #expect(try await other.version(of: 0) == 1)
        other.cache.invalidate(tag: "all")
        #expect(try await other.version(of: 1) == 1)
        other.cache.removeAll()
        #expect(try await other.version(of: 2) == 1)
        try await Task.sleep(for: .milliseconds(100))
        for id in 0..<3 { other.cache.drop(id) }
        for id in 0..<3 { #expect(try await other.version(of: id) == 1) }
        await one.end()
        await other.end()
    }

    @Test("what was put before rows of the log were removed is not used", arguments: RedisFixture.Kind.allCases)
    func pruned(kind: RedisFixture.Kind) async throws {
        let fixture = try await RedisFixture(kind)
        let store = try await fixture.store()
        let one = try await fixture.member(sharing: store)
        #expect(try await one.version(of: 4) == 0)
        await one.end()
        var options = CacheFeedOptions()
        (options.pollInterval, options.stalenessMax) = (.milliseconds(5), .milliseconds(100))
        options.retention = .milliseconds(300)
        try await fixture.engine.withConnection(.readWrite) { connection in
            try await connection.run("UPDATE things SET version = 5 WHERE id = 4")
            for id in [4, 5, 6] { try await CacheInvalidation.record([.key(id, in: "things")], on: connection) }
            let pruner = try await fixture.member(sharing: store, feedOptions: options)
            try await RedisFixture.waitUntil {
                let count: BoundStatement = "SELECT count(*) FROM martlet_cache_log WHERE kind <> 3"
                return try await connection.run(count)[0].decode(Int.self, at: 0) <= 1
            }
            await pruner.end()
        }
        let later = try await fixture.member(sharing: store)
        #expect(try await later.version(of: 4) == 5)
        await later.end()
    }

    @Test("what was put before a server crashed is judged by the log that is there afterwards")
    func emptiedLog() async throws {
        let fixture = try await RedisFixture(.postgres)
        let store = try await fixture.store()
        let one = try await fixture.member(sharing: store)
        #expect(try await one.version(of: 4) == 0)
        await one.end()
        // As a crash does with an unlogged table, between a change and the first look at it.
        try await fixture.engine.withConnection(.readWrite) { connection in
            try await connection.run("UPDATE things SET version = 5 WHERE id = 4")
            try await CacheInvalidation.record([.key(4, in: "things")], on: connection)
            try await connection.run("TRUNCATE martlet_cache_log")
        }
        let other = try await fixture.member(sharing: store)
        #expect(try await other.version(of: 4) == 5)
        await other.end()
    }
}
