import CaseStudies
import Martlet
import MartletCore
import MartletSQLite
import MartletTesting
import Synchronization
import Testing

@Suite("Caches of several servers of the journeys")
struct JourneysCoherenceTests {
    private static let changes = 8

    /// A server with its own engine, sessions and caches: it shares the database with others, and nothing else.
    private struct Server {
        let pool: Pool
        let feed: CacheFeed
        let directory: JourneyDirectory
        let maps: JourneyMaps

        init(_ engine: any Engine) {
            var options = CacheFeedOptions()
            options.pollInterval = .milliseconds(10)
            options.stalenessMax = .milliseconds(250)
            let pool = Pool(engine, PoolConfiguration(max: 3))
            let read: JourneyNodeTable.Reader = { statement in
                try await pool.withConnection { try await $0.run(statement) }
            }
            self.pool = pool
            feed = CacheFeed(engine: engine, options: options)
            directory = JourneyDirectory(engine.dialect, feed: feed, read: read)
            maps = JourneyMaps(engine.dialect, read: read)
        }
    }

    /// What readers must see at least, and whether they may stop.
    private final class Progress: Sendable {
        let acknowledged = Atomic<Int>(0)
        let isDone = Atomic<Bool>(false)
    }

    private let visit = JourneyVisit(
        tenant: JourneysID.tenant(1),
        journey: JourneysID.journey(1),
        node: JourneysID.node(1)
    )

    @Test("no server serves what was before an acknowledged change; the document's maps do", arguments: Dialect.allCases)
    func acknowledged(dialect: Dialect) async throws {
        try await CaseTemplates.with(JourneysCaseStudy(), dialect) { fixture in
            try await fixture.engine.withConnection(.readWrite) { try await CacheFeed.install(on: $0) }
            let servers = try await [Server(fixture.engine), Server(Self.anotherEngine(fixture))]
            for server in servers { _ = try await server.maps.node(visit) }
            let progress = Progress()
            try await withThrowingTaskGroup(of: Int.self) { group in
                for server in servers {
                    group.addTask {
                        await server.feed.run()
                        return 0
                    }
                    for _ in 0..<2 {
                        group.addTask { try await staleAnswers(of: server, until: progress) }
                    }
                }
                for version in 1...Self.changes {
                    let server = servers[version % servers.count]
                    try await server.pool.withConnection { connection in
                        let hasChanged = try await server.directory
                            .setType("V\(version)", at: visit, on: connection, acknowledged: .everywhere)
                        #expect(hasChanged)
                    }
                    progress.acknowledged.store(version, ordering: .releasing)
                    for server in servers {
                        #expect(Self.version(try await server.directory.node(visit)) == version)
                    }
                }
                progress.isDone.store(true, ordering: .releasing)
                for _ in 0..<4 { #expect(try await group.next() == 0, "stale answers") }
                group.cancelAll()
                while try await group.next() != nil {}
            }
            for server in servers {
                #expect(server.directory.nodes.metrics.hits > Self.changes, "most answers came from memory")
                #expect(Self.version(try await server.maps.node(visit)) == 0, "for five minutes")
                await server.pool.shutdown()
            }
        }
    }

    @Test("a journey that was deleted by one server is gone from the memory of the other", arguments: Dialect.allCases)
    func deletedJourney(dialect: Dialect) async throws {
        try await CaseTemplates.with(JourneysCaseStudy(), dialect, indexes: .expert) { fixture in
            try await fixture.engine.withConnection(.readWrite) { try await CacheFeed.install(on: $0) }
            let servers = try await [Server(fixture.engine), Server(Self.anotherEngine(fixture))]
            try await withThrowingTaskGroup(of: Void.self) { group in
                for server in servers { group.addTask { await server.feed.run() } }
                for server in servers {
                    // What is asked for before the feed runs is served, but not kept.
                    while !server.directory.nodes.isServing { try await Task.sleep(for: .milliseconds(1)) }
                    #expect(try await server.directory.node(visit) != nil)
                    #expect(try await server.maps.node(visit) != nil)
                }
                try await servers[0].pool.withConnection { connection in
                    let isDeleted = try await servers[0].directory.deleteJourney(
                        visit.journey,
                        of: visit.tenant,
                        on: connection,
                        acknowledged: .everywhere
                    )
                    #expect(isDeleted)
                }
                servers[0].maps.clear(visit.journey)
                for server in servers { #expect(try await server.directory.node(visit) == nil) }
                #expect(try await servers[0].maps.node(visit) == nil)
                #expect(try await servers[1].maps.node(visit) != nil, "a map is cleared where it is")
                group.cancelAll()
                try await group.waitForAll()
            }
            for server in servers { await server.pool.shutdown() }
        }
    }

    /// Asks until all is done, and counts the answers that are older than what was acknowledged before it asked.
    private func staleAnswers(of server: Server, until progress: Progress) async throws -> Int {
        var stale = 0
        while !progress.isDone.load(ordering: .acquiring) {
            let floor = progress.acknowledged.load(ordering: .acquiring)
            let version = Self.version(try await server.directory.node(visit))
            if version < floor { stale += 1 }
            // A hit does not suspend: let others run.
            try await Task.sleep(for: .microseconds(200))
        }
        return stale
    }

    /// The number that a node's type was changed to; 0 for what it was.
    private static func version(_ node: JourneyNode?) -> Int {
        Int(node?.type.dropFirst() ?? "") ?? 0
    }

    private static func anotherEngine(_ fixture: CaseFixture) async throws -> any Engine {
        let place = try await fixture.engine.withConnection(.readOnly) { connection in
            switch fixture.dialect {
            case .postgres: try await connection.run("SELECT current_database()")[0].decode(String.self, at: 0)
            case .sqlite:
                try await connection.run("SELECT file FROM pragma_database_list")[0].decode(String.self, at: 0)
            }
        }
        return switch fixture.dialect {
        case .postgres: try await SharedPostgres.instance.anotherEngine(on: place)
        case .sqlite: SQLiteEngine(path: place, createIfMissing: false, journal: .writeAheadLog)
        }
    }
}
