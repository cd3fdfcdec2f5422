import Foundation
import Martlet
import MartletTesting
import Testing

@Suite("Cache: the example of its page")
struct CacheExampleTests {
    @Test("is the one that is compiled here")
    func isOnThePage() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
        let example = try String(contentsOf: folder.appending(path: "Users.swift"), encoding: .utf8)
        let page = try String(contentsOf: folder.appending(path: "../../../docs/cache.md"), encoding: .utf8)
        #expect(page.contains("```swift\n\(example)```"))
    }

    @Test("reads once, sees its own change at once, and that of another process soon")
    func works() async throws {
        let database = try await TemporaryDatabase(
            script:
                "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL); INSERT INTO users VALUES (1, 'Ada')"
        )
        let (here, there) = (try await Users(engine: database.engine), try await Users(engine: database.engine))
        let running = [Task { await here.run() }, Task { await there.run() }]
        try await FeedDatabase.waitUntil {
            _ = (try await here.user(1), try await there.user(1))
            return here.metrics.hits > 0 && there.metrics.hits > 0
        }
        try await here.rename(1, to: "Grace")
        #expect(try await here.user(1)?.name == "Grace")
        try await FeedDatabase.waitUntil { try await there.user(1)?.name == "Grace" }
        #expect(try await here.user(2) == nil)
        for task in running { task.cancel() }
        for task in running { await task.value }
    }
}
