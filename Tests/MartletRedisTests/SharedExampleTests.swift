import Foundation
import Martlet
import MartletCore
import MartletRedis
import MartletTesting
import Testing

@Suite("Second tier: the example of its page")
struct SharedExampleTests {
    @Test("is the one that is compiled here")
    func isOnThePage() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
        let example = try String(contentsOf: folder.appending(path: "SharedUsers.swift"), encoding: .utf8)
        let page = try String(contentsOf: folder.appending(path: "../../docs/cache.md"), encoding: .utf8)
        #expect(page.contains("```swift\n\(example)```"))
    }

    @Test("asks the database once for two processes, and sees a change at once")
    func works() async throws {
        let fixture = try await RedisFixture()
        try await fixture.engine.withConnection(.readWrite) { connection in
            try await connection.runScript(
                """
                CREATE TABLE users (tenant TEXT, id INTEGER, name TEXT, PRIMARY KEY (tenant, id));
                INSERT INTO users VALUES ('red', 1, 'Ada'), ('blue', 1, 'Kurt');
                """
            )
        }
        var redis = RedisOptions(.socket(fixture.redis.socket))
        // A deadline that a busy machine meets too.
        redis.deadline = .milliseconds(500)
        let pool = Pool(fixture.engine, PoolConfiguration(max: 4))
        let here = SharedUsers(engine: fixture.engine, pool: pool, redis: redis)
        let there = SharedUsers(engine: fixture.engine, pool: pool, redis: redis)
        let running = [Task { await here.feed.run() }, Task { await there.feed.run() }]
        for users in [here, there] {
            try await RedisFixture.waitUntil { try await users.name(of: 1, tenant: "red") == "Ada" }
            #expect(try await users.name(of: 1, tenant: "blue") == "Kurt")
        }
        try await here.rename(1, tenant: "red", to: "Grace")
        #expect(try await here.name(of: 1, tenant: "red") == "Grace")
        #expect(try await here.name(of: 1, tenant: "blue") == "Kurt")
        try await RedisFixture.waitUntil { try await there.name(of: 1, tenant: "red") == "Grace" }
        for task in running { task.cancel() }
        for task in running { await task.value }
        await pool.shutdown()
    }
}
