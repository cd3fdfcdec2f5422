import CaseStudies
import Foundation
import Martlet
import MartletCore
import Synchronization
import Testing

@Suite("Profiles of the component chat, and caches of them")
struct AuthProfileTests {
    /// How often something happened, and who waits until it happened so often.
    ///
    /// A load that waits takes as long as it does when a busy server's entry expires.
    private final class Tally: Sendable {
        private let tally = Mutex(0)

        var count: Int { tally.withLock { $0 } }

        func add() {
            tally.withLock { $0 += 1 }
        }

        func wait(for count: Int) async throws {
            for _ in 0..<5_000 where self.count < count { try await Task.sleep(for: .milliseconds(1)) }
        }
    }

    private static let now = Timestamp(microsecondsSince1970: 1_761_609_600_000_000)
    private static let user = AuthChatID.user(7)
    private let study = AuthChatCaseStudy()

    @Test(
        "a thousand who ask at once cost one statement; of the document's map a thousand",
        arguments: Dialect.allCases
    )
    func stampede(dialect: Dialect) async throws {
        try await CaseFixture.with(study, dialect) { fixture in
            let (loads, asking) = (Tally(), Tally())
            let cache = Cache<UUID, AuthProfile>(entriesMax: 10)
            let expected = try await read(.before, fixture)
            try await withThrowingTaskGroup(of: AuthProfile?.self) { group in
                for _ in 0..<1_000 {
                    group.addTask {
                        asking.add()
                        return try await cache.value(for: Self.user) {
                            loads.add()
                            try await asking.wait(for: 1_000)
                            return try await read(.expert, fixture)
                        }
                    }
                }
                for try await profile in group { #expect(profile == expected) }
            }
            #expect(loads.count == 1)

            let map = AuthExpiringMap<UUID, Int>()
            let mapLoads = Tally()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<1_000 {
                    group.addTask {
                        _ = try await map.value(for: Self.user) {
                            mapLoads.add()
                            try await mapLoads.wait(for: 1_000)
                            return 1
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(mapLoads.count == 1_000)
        }
    }

    @Test(
        "a load that was overtaken by a change is not kept; the document's map shows the old name for minutes",
        arguments: Dialect.allCases
    )
    func overtakenLoad(dialect: Dialect) async throws {
        try await CaseFixture.with(study, dialect) { fixture in
            let map = AuthExpiringMap<UUID, AuthProfile>()
            let cache = Cache<UUID, AuthProfile>(entriesMax: 10)
            // Each reader has read the old name when the writer changes it and clears, and stores it afterwards.
            _ = try await map.value(for: Self.user) {
                let profile = try await read(.expert, fixture)
                try await rename("Changed once", fixture)
                map.remove(Self.user)
                return profile
            }
            _ = try await cache.value(for: Self.user) {
                let profile = try await read(.expert, fixture)
                try await rename("Changed twice", fixture)
                cache.invalidate(Self.user)
                return profile
            }
            let mapped = try await map.value(for: Self.user) { try await read(.expert, fixture) }
            let cached = try await cache.value(for: Self.user) { try await read(.expert, fixture) }
            #expect(mapped?.name == "User 7", "twice out of date")
            #expect(cached?.name == "Changed twice")
        }
    }

    @Test(
        "a change is seen at once where it is made, and within a second by another process",
        arguments: Dialect.allCases
    )
    func otherProcess(dialect: Dialect) async throws {
        try await CaseFixture.with(study, dialect) { fixture in
            try await fixture.engine.withConnection(.readWrite) { try await CacheFeed.install(on: $0) }
            let here = Cache<UUID, AuthProfile>(entriesMax: 10)
            let there = Cache<UUID, AuthProfile>(entriesMax: 10)
            let mapThere = AuthExpiringMap<UUID, AuthProfile>()
            let feeds = [CacheFeed(engine: fixture.engine), CacheFeed(engine: fixture.engine)]
            for (feed, cache) in zip(feeds, [here, there]) {
                feed.attach(cache, scope: "profiles") { UUID(uuidString: $0) }
            }
            let following = feeds.map { feed in Task { await feed.run() } }
            for _ in 0..<2_000 where !(here.isServing && there.isServing) {
                try await Task.sleep(for: .milliseconds(5))
            }
            for cache in [here, there] {
                _ = try await cache.value(for: Self.user) { try await read(.expert, fixture) }
            }
            _ = try await mapThere.value(for: Self.user) { try await read(.expert, fixture) }

            try await fixture.engine.withConnection(.readWrite) { connection in
                try await feeds[0]
                    .write(on: connection) { connection, changes in
                        changes.insert(.key(Self.user.uuidString, in: "profiles"))
                        _ = try await AuthProfile.rename(Self.user, to: "New", at: Self.now, on: connection)
                    }
            }
            let seenHere = try await here.value(for: Self.user) { try await read(.expert, fixture) }
            #expect(seenHere?.name == "New")
            try await Task.sleep(for: .seconds(1))
            let seenThere = try await there.value(for: Self.user) { try await read(.expert, fixture) }
            #expect(seenThere?.name == "New")
            let mapped = try await mapThere.value(for: Self.user) { try await read(.expert, fixture) }
            #expect(mapped?.name == "User 7", "the document's map hears of nothing")
            for task in following { task.cancel() }
            for task in following { await task.value }
        }
    }

    @Test("a cache stays within its bound; the document's map keeps whatever was asked for")
    func bound() async throws {
        let map = AuthExpiringMap<Int, Int>()
        let cache = Cache<Int, Int>(entriesMax: 100)
        for key in 0..<5_000 {
            _ = try await map.value(for: key) { key }
            _ = try await cache.value(for: key) { key }
        }
        #expect(map.count == 5_000)
        #expect(cache.metrics.entries <= 100)
    }

    private func read(_ way: Way, _ fixture: CaseFixture) async throws -> AuthProfile? {
        try await fixture.engine.withConnection(.readOnly) { connection in
            try await AuthProfile.read(of: Self.user, way, on: connection)
        }
    }

    private func rename(_ name: String, _ fixture: CaseFixture) async throws {
        let isThere = try await fixture.engine.withConnection(.readWrite) { connection in
            try await AuthProfile.rename(Self.user, to: name, at: Self.now, on: connection)
        }
        #expect(isThere)
    }
}
