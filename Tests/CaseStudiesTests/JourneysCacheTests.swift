import CaseStudies
import Foundation
import Martlet
import MartletCore
import MartletTesting
import Synchronization
import Testing

@Suite("Caches of the journeys")
struct JourneysCacheTests {
    private let study = JourneysCaseStudy()
    private let own = JourneyVisit(
        tenant: JourneysID.tenant(1),
        journey: JourneysID.journey(1),
        node: JourneysID.node(1)
    )

    @Test(
        "a thousand who miss at once send one statement; the document's map sends a thousand",
        arguments: Dialect.allCases
    )
    func singleFlight(dialect: Dialect) async throws {
        let requests = 1_000
        try await CaseFixture.with(study, dialect) { fixture in
            let pool = Pool(fixture.engine, PoolConfiguration(max: 4), access: .readOnly)
            for way in [Way.seed, .expert] {
                let gate = Gate()
                let read: JourneyNodeTable.Reader = { statement in
                    await gate.pass()
                    return try await pool.withConnection { try await $0.run(statement) }
                }
                let maps = JourneyMaps(dialect, read: read)
                let directory = JourneyDirectory(dialect, read: read)
                let visit = own
                try await withThrowingTaskGroup(of: JourneyNode?.self) { group in
                    for _ in 0..<requests {
                        group.addTask {
                            way == .seed ? try await maps.node(visit) : try await directory.node(visit)
                        }
                    }
                    // The answer comes only when all have asked.
                    while (way == .seed ? gate.arrivals : directory.nodes.metrics.misses) < requests {
                        try await Task.sleep(for: .milliseconds(1))
                    }
                    gate.open()
                    for try await node in group { #expect(node?.id == visit.node) }
                }
                #expect(gate.arrivals == (way == .seed ? requests : 1), "\(way.rawValue)")
            }
            await pool.shutdown()
        }
    }

    @Test("a tenant never gets the node of another; the document's map gives it", arguments: Dialect.allCases)
    func crossTenant(dialect: Dialect) async throws {
        try await CaseFixture.with(study, dialect) { fixture in
            try await fixture.engine.withConnection(.readOnly) { connection in
                let maps = JourneyMaps(dialect) { try await connection.run($0) }
                let directory = JourneyDirectory(dialect) { try await connection.run($0) }
                var (leaksOfMaps, leaksOfDirectory, requests) = (0, 0, 0)
                // All nodes are kept for their own tenants; then each other tenant asks for them.
                for number in 1...100 {
                    let journey = (number - 1) / 10 + 1
                    for tenant in [(journey - 1) % 3 + 1, journey % 3 + 1, (journey + 1) % 3 + 1] {
                        let visit = JourneyVisit(
                            tenant: JourneysID.tenant(tenant),
                            journey: JourneysID.journey(journey),
                            node: JourneysID.node(number)
                        )
                        let isOwner = tenant == (journey - 1) % 3 + 1
                        let (kept, right) = (try await maps.node(visit), try await directory.node(visit))
                        #expect((right != nil) == isOwner)
                        requests += isOwner ? 0 : 1
                        leaksOfMaps += !isOwner && kept != nil ? 1 : 0
                        leaksOfDirectory += !isOwner && right != nil ? 1 : 0
                    }
                }
                #expect(requests == 200)
                #expect(leaksOfMaps == requests)
                #expect(leaksOfDirectory == 0)
                #expect(directory.nodes.metrics.entries == 300, "that there is none is kept for each who asked")
            }
        }
    }

    @Test(
        "a load that was overtaken by a change is never kept; the document's map keeps it",
        arguments: Dialect.allCases
    )
    func overtakenLoad(dialect: Dialect) async throws {
        try await CaseFixture.with(study, dialect) { fixture in
            let pool = Pool(fixture.engine, PoolConfiguration(max: 4))
            for way in [Way.seed, .expert] {
                let (hasRead, mayEnd) = (Gate(), Gate())
                let read: JourneyNodeTable.Reader = { statement in
                    let rows = try await pool.withConnection { try await $0.run(statement) }
                    await hasRead.pass()
                    await mayEnd.pass()
                    return rows
                }
                hasRead.open()
                let maps = JourneyMaps(dialect, read: read)
                let directory = JourneyDirectory(dialect, read: read)
                let (visit, type) = (own, "CHANGED BY \(way.rawValue)")
                let node: @Sendable () async throws -> JourneyNode? = {
                    way == .seed ? try await maps.node(visit) : try await directory.node(visit)
                }
                let early = Task { try await node() }
                while hasRead.arrivals == 0 { try await Task.sleep(for: .milliseconds(1)) }
                try await pool.withConnection { connection in
                    if way == .seed {
                        _ = try await maps.setType(type, at: visit, on: connection)
                        maps.clear(visit.journey)
                    } else {
                        _ = try await directory.setType(type, at: visit, on: connection)
                    }
                }
                mayEnd.open()
                #expect(try await early.value?.type != type, "it asked before the change")
                let isStale = try await node()?.type != type
                #expect(isStale == (way == .seed), "\(way.rawValue)")
            }
            await pool.shutdown()
        }
    }

    @Test(
        "what was asked for together is not asked for again all at once; the document's map asks for all of it",
        arguments: Dialect.allCases
    )
    func expiry(dialect: Dialect) async throws {
        let visits = (1...100)
            .map { number in
                let journey = (number - 1) / 10 + 1
                return JourneyVisit(
                    tenant: JourneysID.tenant((journey - 1) % 3 + 1),
                    journey: JourneysID.journey(journey),
                    node: JourneysID.node(number)
                )
            }
        try await CaseFixture.with(study, dialect) { fixture in
            try await fixture.engine.withConnection(.readOnly) { connection in
                let asked = Mutex(0)
                let clock = SteppedClock()
                let read: JourneyNodeTable.Reader = { statement in
                    asked.withLock { $0 += 1 }
                    return try await connection.run(statement)
                }
                let maps = JourneyMaps(dialect, clock: clock, read: read)
                let directory = JourneyDirectory(dialect, clock: clock, read: read)
                for way in [Way.seed, .expert] {
                    var statementsOfSeconds: [Int] = []
                    var missing = 0
                    // Every second each node is asked for, until five minutes are over.
                    for _ in 0...301 {
                        for visit in visits {
                            let node = way == .seed ? try await maps.node(visit) : try await directory.node(visit)
                            if node == nil { missing += 1 }
                        }
                        let count = asked.withLock { count in
                            defer { count = 0 }
                            return count
                        }
                        statementsOfSeconds.append(count)
                        clock.advance(by: .seconds(1))
                    }
                    #expect(missing == 0)
                    #expect(statementsOfSeconds.removeFirst() == visits.count)
                    #expect(statementsOfSeconds.reduce(0, +) >= visits.count, "none lives longer than five minutes")
                    let atOnce = statementsOfSeconds.max() ?? 0
                    // A tenth of five minutes is thirty seconds: three or four in each.
                    #expect(way == .seed ? atOnce == visits.count : atOnce < 20, "\(atOnce) in a second")
                }
            }
        }
    }

    @Test("what there is none of is asked for once; the document's map asks each time", arguments: Dialect.allCases)
    func absence(dialect: Dialect) async throws {
        try await CaseFixture.with(study, dialect) { fixture in
            try await fixture.engine.withConnection(.readOnly) { connection in
                let statements = Mutex((maps: 0, directory: 0))
                let maps = JourneyMaps(dialect) { statement in
                    statements.withLock { $0.maps += 1 }
                    return try await connection.run(statement)
                }
                let directory = JourneyDirectory(dialect) { statement in
                    statements.withLock { $0.directory += 1 }
                    return try await connection.run(statement)
                }
                var unknown = own
                unknown.node = UUID()
                for _ in 0..<20 {
                    let (kept, right) = (try await maps.node(unknown), try await directory.node(unknown))
                    #expect(kept == nil && right == nil)
                }
                #expect(statements.withLock { $0.maps } == 20)
                #expect(statements.withLock { $0.directory } == 1)
            }
        }
    }

    @Test("nodes beyond the bound push others out; the document's map keeps all", arguments: Dialect.allCases)
    func bound(dialect: Dialect) async throws {
        try await CaseFixture.with(study, dialect) { fixture in
            try await fixture.engine.withConnection(.readOnly) { connection in
                let bytesMax = 16_384
                let maps = JourneyMaps(dialect) { try await connection.run($0) }
                let directory = JourneyDirectory(dialect, bytesMax: bytesMax) { try await connection.run($0) }
                for visit in JourneyTraffic(.small, for: dialect).prefix(1_000) {
                    _ = try await maps.node(visit)
                    _ = try await directory.node(visit)
                    #expect(directory.nodes.metrics.weight <= bytesMax)
                }
                let kept = directory.nodes.metrics
                // A node weighs 384 bytes and its text of some forty: there is room for less than half of the hundred.
                #expect((20..<43).contains(kept.entries) && kept.evictions > 0, "\(kept.entries)")
                #expect(maps.nodeCount > 90, "\(maps.nodeCount)")
            }
        }
    }

    @Test("99 of 100 requests of 5,000 nodes by Zipf's law are answered from memory, within the bound")
    func hitRatio() async throws {
        let nodes = Cache<JourneyDirectory.NodeKey, Int>(bytesMax: JourneyDirectory.bytesMax) { _, _ in 100 }
        var traffic = JourneyTraffic(.large, for: .postgres)
        func ask(_ count: Int) async throws {
            for _ in 0..<count {
                guard let visit = traffic.next() else { return }
                _ = try await nodes.value(for: TenantScoped(tenant: visit.tenant, id: visit.node)) { 1 }
            }
        }
        // The first round fills it.
        try await ask(50_000)
        let before = nodes.metrics
        try await ask(100_000)
        let after = nodes.metrics
        let ratio = Double(after.hits - before.hits) / 100_000
        #expect(ratio >= 0.99, "\(ratio)")
        #expect(after.weight <= JourneyDirectory.bytesMax && after.evictions == 0)
        #expect(after.entries > 4_500, "most of the 5,000 were asked for: \(after.entries)")
    }
}
