import Foundation
@testable import Martlet
import MartletCore
import MartletTesting
import Synchronization
import Testing

@Suite("Cache: other processes")
struct CacheFeedTests {
    @Test("a change of another engine removes a key, a tag, everything", arguments: FeedDatabase.Kind.allCases)
    func propagation(kind: FeedDatabase.Kind) async throws {
        let database = try await FeedDatabase(kind)
        let cache = Cache<Int, Int>(entriesMax: 100)
        try await database.withFeed(of: cache) { _ in
            for id in 0..<10 { _ = try await cache.value(for: id, tags: ["parity:\(id % 2)"]) { id } }
            #expect(cache.metrics.entries == 10)
            try await database.engine.withConnection(.readWrite) { connection in
                func change(_ change: CacheInvalidation, leaves entries: Int) async throws {
                    try await connection.transaction { connection in
                        try await CacheInvalidation.record([change], on: connection)
                    }
                    try await FeedDatabase.waitUntil { cache.metrics.entries == entries }
                }
                try await change(.key(3, in: "things"), leaves: 9)
                try await change(.key(4, in: "others"), leaves: 9)
                try await change(.tag("parity:0"), leaves: 4)
                try await change(.everything, leaves: 0)
            }
        }
    }

    @Test(
        "a cache that is attached during a look serves nothing that the look found changed",
        arguments: FeedDatabase.Kind.allCases
    )
    func attachedDuringLook(kind: FeedDatabase.Kind) async throws {
        let database = try await FeedDatabase(kind)
        let held = HeldEngine(database.engine)
        let (first, newcomer) = (Cache<Int, Int>(entriesMax: 100), Cache<Int, Int>(entriesMax: 100))
        try await database.withFeed(of: first, through: held) { feed in
            held.hold()
            try await FeedDatabase.waitUntil { held.waitingCount == 1 }
            feed.attach(newcomer, scope: "things")
            // As somebody who asked just before the cache was attached, and went on afterwards.
            let loaded = try await newcomer.wait(for: 1) {
                try await database.engine.withConnection(.readWrite) { connection in
                    let version = try await FeedDatabase.version(of: 1, on: connection)
                    try await connection.transaction { connection in
                        try await connection.run("UPDATE things SET version = 1 WHERE id = 1")
                        try await CacheInvalidation.record([.key(1, in: "things")], on: connection)
                    }
                    return CacheLoad(version)
                }
            }
            #expect(loaded == 0)
            #expect(newcomer.metrics.entries == 1)
            held.release()
            try await FeedDatabase.waitUntil { newcomer.isServing }
            #expect(newcomer.metrics.entries == 0)
            #expect(try await newcomer.value(for: 1) { 1 } == 1)
        }
    }

    @Test("more changes than one statement carries all arrive", arguments: FeedDatabase.Kind.allCases)
    func manyChanges(kind: FeedDatabase.Kind) async throws {
        let database = try await FeedDatabase(kind)
        let cache = Cache<Int, Int>(entriesMax: 2_000)
        try await database.withFeed(of: cache) { _ in
            for id in 0..<1_500 { _ = try await cache.value(for: id) { id } }
            let changes = (0..<1_499).map { CacheInvalidation.key($0, in: "things") }
            try await database.engine.withConnection(.readWrite) { connection in
                try await connection.transaction { try await CacheInvalidation.record(changes, on: $0) }
            }
            try await FeedDatabase.waitUntil { cache.metrics.entries <= 1 }
            #expect(cache.metrics.entries == 1)
        }
    }

    @Test("what is rolled back invalidates nothing elsewhere", arguments: FeedDatabase.Kind.allCases)
    func rollback(kind: FeedDatabase.Kind) async throws {
        let database = try await FeedDatabase(kind)
        let cache = Cache<Int, Int>(entriesMax: 100)
        struct Refusal: Error {}
        try await database.withFeed(of: cache) { _ in
            for id in 0..<2 { _ = try await cache.value(for: id) { id } }
            try await database.engine.withConnection(.readWrite) { connection in
                await #expect(throws: Refusal.self) {
                    try await connection.transaction { connection in
                        try await CacheInvalidation.record([.key(0, in: "things")], on: connection)
                        throw Refusal()
                    }
                }
                try await CacheInvalidation.record([.key(1, in: "things")], on: connection)
            }
            try await FeedDatabase.waitUntil { cache.metrics.entries == 1 }
            #expect(try await cache.value(for: 0) { 7 } == 0)
        }
    }

    @Test("no change is missed when transactions commit in another order than they began in")
    func outOfOrder() async throws {
        let database = try await FeedDatabase(.postgres)
        let cache = Cache<Int, Int>(entriesMax: 100)
        try await database.withFeed(of: cache) { _ in
            let engine = database.engine
            let (slow, fast) = (try await engine.connect(.readWrite), try await engine.connect(.readWrite))
            for round in 0..<20 {
                for id in 0..<2 { _ = try await cache.value(for: id) { id } }
                try await slow.run("BEGIN")
                try await CacheInvalidation.record([.key(0, in: "things")], on: slow)
                try await CacheInvalidation.record([.key(1, in: "things")], on: fast)
                try await FeedDatabase.waitUntil { cache.metrics.entries == 1 }
                // Sometimes within one look at the log, sometimes several later.
                if round % 2 == 0 { try await Task.sleep(for: .milliseconds(50)) }
                try await slow.run("COMMIT")
                try await FeedDatabase.waitUntil { cache.metrics.entries == 0 }
            }
            await slow.close()
            await fast.close()
        }
    }

    @Test("who has changed something reads it at once, whoever loads meanwhile", arguments: FeedDatabase.Kind.allCases)
    func readYourWrites(kind: FeedDatabase.Kind) async throws {
        let database = try await FeedDatabase(kind)
        let cache = Cache<Int, Int>(entriesMax: 100)
        try await database.withFeed(of: cache) { feed in
            try await withThrowingTaskGroup { group in
                let isDone = Guarded(false)
                for _ in 0..<3 {
                    group.addTask {
                        try await database.engine.withConnection(.readOnly) { connection in
                            while !isDone.withLock({ $0 }) {
                                for id in 0..<3 {
                                    _ = try await cache.value(for: id) {
                                        try await FeedDatabase.version(of: id, on: connection)
                                    }
                                }
                                await Task.yield()
                            }
                        }
                    }
                }
                try await database.engine.withConnection(.readWrite) { connection in
                    for round in 1...200 {
                        let id = round % 3
                        try await feed.write(on: connection) { connection, changes in
                            changes.insert(.key(id, in: "things"))
                            try await connection.run("UPDATE things SET version = \(round) WHERE id = \(id)")
                        }
                        let read = try await cache.value(for: id) {
                            try await FeedDatabase.version(of: id, on: connection)
                        }
                        #expect(read == round)
                    }
                }
                isDone.withLock { $0 = true }
                try await group.waitForAll()
            }
            #expect(cache.metrics.hits > 0)
        }
    }

    @Test("another process never serves what is older than the bound", arguments: FeedDatabase.Kind.allCases)
    func boundedStaleness(kind: FeedDatabase.Kind) async throws {
        let database = try await FeedDatabase(kind)
        let (here, there) = (Cache<Int, Int>(entriesMax: 100), Cache<Int, Int>(entriesMax: 100))
        // 40 milliseconds for a look every 10: what is late goes past the cache, and is never wrong.
        var options = CacheFeedOptions()
        (options.pollInterval, options.stalenessMax) = (.milliseconds(10), .milliseconds(40))
        let commits = Guarded<[(version: Int, at: ContinuousClock.Instant)]>([(0, .now)])
        try await database.withFeed(of: here, options: options) { feed in
            try await database.withFeed(of: there, options: options) { [options] _ in
                let writing = Task {
                    try await database.engine.withConnection(.readWrite) { connection in
                        for version in 1...100 {
                            try await feed.write(on: connection) { connection, changes in
                                changes.insert(.key(0, in: "things"))
                                try await connection.run("UPDATE things SET version = \(version) WHERE id = 0")
                            }
                            commits.withLock { $0.append((version, .now)) }
                            try await Task.sleep(for: .milliseconds(Int.random(in: 0...20)))
                        }
                    }
                }
                try await database.engine.withConnection(.readOnly) { connection in
                    while commits.withLock({ $0.count }) <= 100 {
                        let bound = ContinuousClock.now - options.stalenessMax
                        let known = commits.withLock { $0.last { $0.at < bound }?.version ?? 0 }
                        let read = try await there.value(for: 0) {
                            try await FeedDatabase.version(of: 0, on: connection)
                        }
                        #expect(try #require(read) >= known)
                        await Task.yield()
                    }
                }
                try await writing.value
                #expect(there.metrics.hits > 0)
            }
        }
    }

    @Test(
        "when the log cannot be read nothing is served, and all is new when it can be again",
        arguments: FeedDatabase.Kind.allCases
    )
    func loss(kind: FeedDatabase.Kind) async throws {
        let database = try await FeedDatabase(kind)
        let engine = BreakableEngine(database.engine)
        let cache = Cache<Int, Int>(entriesMax: 100)
        try await database.withFeed(of: cache, through: engine) { _ in
            _ = try await cache.value(for: 0) { 1 }
            #expect(try await cache.value(for: 0) { 2 } == 1)
            await engine.breakDown()
            try await FeedDatabase.waitUntil { !cache.isServing }
            #expect(cache.metrics.entries == 0)
            for version in 3..<6 { #expect(try await cache.value(for: 0) { version } == version) }
            #expect(cache.metrics.entries == 0 && cache.metrics.bypasses == 3)
            engine.mend()
            try await FeedDatabase.waitUntil { cache.isServing }
            #expect(try await cache.value(for: 0) { 6 } == 6)
            #expect(try await cache.value(for: 0) { 7 } == 6)
        }
        #expect(!cache.isServing && cache.metrics.entries == 0, "a feed that has ended vouches for nothing")
    }

    @Test("a backend that is killed is noticed, and nothing stale is left")
    func killedBackend() async throws {
        let database = try await FeedDatabase(.postgres)
        let cache = Cache<Int, Int>(entriesMax: 100)
        try await database.withFeed(of: cache) { _ in
            _ = try await cache.value(for: 0) { 1 }
            _ = try await database.engine.withConnection(.readWrite) { connection in
                try await connection.run(
                    """
                    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
                    """
                )
            }
            try await FeedDatabase.waitUntil { cache.metrics.flushes >= 3 && cache.isServing }
            let read = try await cache.value(for: 0) { 2 }
            #expect(read == 2)
        }
    }

    @Test("the log does not grow for ever, and rows not yet read stay", arguments: FeedDatabase.Kind.allCases)
    func pruning(kind: FeedDatabase.Kind) async throws {
        let database = try await FeedDatabase(kind)
        var options = CacheFeedOptions()
        (options.pollInterval, options.stalenessMax) = (.milliseconds(5), .milliseconds(100))
        options.retention = .milliseconds(300)
        let cache = Cache<Int, Int>(entriesMax: 100)
        try await database.withFeed(of: cache, options: options) { _ in
            try await database.engine.withConnection(.readWrite) { connection in
                for _ in 0..<50 { try await CacheInvalidation.record([.key(0, in: "things")], on: connection) }
                try await FeedDatabase.waitUntil {
                    let count: BoundStatement = "SELECT count(*) FROM martlet_cache_log WHERE kind <> 3"
                    return try await connection.run(count)[0].decode(Int.self, at: 0) <= 1
                }
                _ = try await cache.value(for: 0) { 1 }
                try await CacheInvalidation.record([.key(0, in: "things")], on: connection)
                try await FeedDatabase.waitUntil { cache.metrics.entries == 0 }
            }
        }
    }

    @Test("a cache whose feed does not run loads every time")
    func withoutRun() async throws {
        let database = try await FeedDatabase(.sqlite)
        let cache = Cache<Int, Int>(entriesMax: 100)
        let feed = CacheFeed(engine: database.engine)
        feed.attach(cache, scope: "things")
        for version in 1..<4 { #expect(try await cache.value(for: 0) { version } == version) }
        #expect(cache.metrics.entries == 0)
    }
}
