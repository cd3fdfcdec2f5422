import Martlet
import MartletCore
import MartletTesting
import Testing

/// A database with the log and a table of ten rows, for a feed to follow.
struct FeedDatabase: Sendable {
    enum Kind: Sendable, CaseIterable { case sqlite, postgres }

    let engine: any Engine
    private let file: TemporaryDatabase?

    init(_ kind: Kind) async throws {
        switch kind {
        case .sqlite:
            let database = try TemporaryDatabase()
            (engine, file) = (database.engine, database)
        case .postgres:
            do {
                (engine, file) = (try await PrivatePostgres.temporaryDatabase(), nil)
            } catch let error as PrivatePostgresError where error.code == .notInstalled {
                try Test.cancel("\(error)")
            }
        }
        try await engine.withConnection(.readWrite) { connection in
            try await CacheFeed.install(on: connection)
            try await CacheFeed.install(on: connection)
            try await connection.runScript("CREATE TABLE things (id INTEGER PRIMARY KEY, version INTEGER NOT NULL)")
            for id in 0..<10 { try await connection.run("INSERT INTO things VALUES (\(id), 0)") }
        }
    }

    /// Runs a feed with an attached cache for as long as the body does.
    func withFeed<Success: Sendable>(
        of cache: Cache<Int, Int>,
        through engine: (any Engine)? = nil,
        options: CacheFeedOptions = CacheFeedOptions(),
        _ body: (CacheFeed) async throws -> Success
    ) async throws -> Success {
        let feed = CacheFeed(engine: engine ?? self.engine, options: options)
        feed.attach(cache, scope: "things")
        let running = Task { await feed.run() }
        do {
            try await Self.waitUntil { cache.isServing }
            let success = try await body(feed)
            running.cancel()
            await running.value
            return success
        } catch {
            running.cancel()
            await running.value
            throw error
        }
    }

    /// Returns when the condition holds; fails after ten seconds.
    static func waitUntil(_ condition: () async throws -> Bool) async throws {
        let end = ContinuousClock.now + .seconds(60)
        while try await !condition() {
            try #require(ContinuousClock.now < end, "waited for too long")
            try await Task.sleep(for: .milliseconds(1))
        }
    }

    static func version(of id: Int, on connection: any Connection) async throws -> Int? {
        try await connection.run("SELECT version FROM things WHERE id = \(id)").first?.decode(Int.self, at: 0)
    }
}
