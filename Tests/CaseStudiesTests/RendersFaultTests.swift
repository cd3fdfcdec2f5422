import CaseStudies
import Foundation
import Martlet
import MartletCore
import Testing

@Suite("What the render studio's document got wrong")
struct RendersFaultTests {
    private let study = RendersCaseStudy()

    @Test("counting what was fetched is wrong above the caps; one aggregate is exact", arguments: Dialect.allCases)
    func cappedCounts(dialect: Dialect) async throws {
        try await CaseFixture.with(study, dialect) { fixture in
            try await fixture.engine.withConnection(.readOnly) { connection in
                for way in [Way.before, .seed] {
                    let counted = try await RenderProfile().statistics(of: RendersID.user(1), way, on: connection)
                    #expect(counted?.projects == 1_000 && counted?.renders == 100, "\(way.rawValue)")
                }
                for way in [Way.fair, .expert] {
                    let counted = try await RenderProfile().statistics(of: RendersID.user(1), way, on: connection)
                    #expect(counted?.projects == 1_500 && counted?.renders == 4_000, "\(way.rawValue)")
                }
                for way in Way.allCases {
                    let nobody = try await RenderProfile().statistics(of: UUID(), way, on: connection)
                    #expect(nobody == nil, "\(way.rawValue)")
                }
            }
        }
    }

    @Test(
        "a deletion that fails at its end leaves the chain half gone, unless all is one transaction",
        arguments: Dialect.allCases
    )
    func halfDeletedChain(dialect: Dialect) async throws {
        for way in Way.allCases {
            try await CaseFixture.with(study, dialect, way: way) { fixture in
                let chain = RendersID.chain(1)
                let renders = fixture.table("renders")
                try await fixture.engine.withConnection(.readWrite) { connection in
                    let name = fixture.table("exports")
                    try await connection.runScript(
                        """
                        CREATE TABLE \(name.quoted) (chain_id \(dialect == .postgres ? "uuid" : "TEXT")
                          REFERENCES \(dialect == .postgres ? "renders." : "")render_chains)
                        """
                    )
                    try await connection.run("INSERT INTO \(name) (chain_id) VALUES (\(chain))")
                    let error = await #expect(throws: EngineError.self) {
                        try await RenderChains().delete(chain, way, on: connection)
                    }
                    #expect(error?.code == .foreignKeyViolation)
                }
                let left = try await fixture.integer("SELECT count(*) FROM \(renders) WHERE chain_id = \(chain)")
                #expect(left == (way == .expert ? 50 : 0), "\(way.rawValue)")
            }
        }
    }

    @Test("a render added while the list is at hand makes the document's deletion fail", arguments: Dialect.allCases)
    func renderAddedMeanwhile(dialect: Dialect) async throws {
        for way in [Way.before, .seed, .expert] {
            try await CaseFixture.with(study, dialect) { fixture in
                let newcomer: BoundStatement = """
                    UPDATE \(fixture.table("renders")) SET chain_id = \(RendersID.chain(1)), chain_position = 51
                    WHERE id = \(RendersID.render(2))
                    """
                let intruder = Intruder(afterCalls: 1) {
                    guard way != .expert else { return }
                    try await fixture.engine.withConnection(.readWrite) { _ = try await $0.run(newcomer) }
                }
                try await fixture.engine.withConnection(.readWrite) { connection in
                    if way == .expert {
                        // There is no gap to slip into: before is the only time left.
                        try await connection.run(newcomer)
                        let detached = try await RenderChains().delete(RendersID.chain(1), way, on: connection)
                        #expect(detached == 51)
                    } else {
                        await #expect(throws: EngineError.self) {
                            try await RenderChains().delete(RendersID.chain(1), way, on: intruder.watching(connection))
                        }
                    }
                }
                try intruder.rethrow()
            }
        }
    }

    @Test("a user has one active subscription or none, whoever writes", arguments: Dialect.allCases)
    func oneSubscription(dialect: Dialect) async throws {
        try await CaseFixture.with(study, dialect, way: .expert) { fixture in
            #expect(try await fixture.violations(of: .expert) == [])
            let subscriptions = fixture.table("user_subscriptions")
            let user = RendersID.user(3)
            try await fixture.engine.withConnection(.readWrite) { connection in
                func plan(_ number: Int, _ way: Way) async throws -> String? {
                    try await RenderBilling().account(of: RendersID.user(number), way, on: connection)?.plan
                }
                #expect(try await plan(3, .expert) == "Office", "the newer of two")
                #expect(try await plan(2, .expert) == "Office")
                #expect(try await plan(4, .expert) == nil)
                let error = await #expect(throws: EngineError.self) {
                    try await connection.run(
                        "UPDATE \(subscriptions) SET status = 'active' WHERE user_id = \(user)"
                    )
                }
                #expect(error?.code == .uniqueViolation)
                let migration = try #require(fixture.study.migration(for: .expert, dialect: dialect))
                try await CaseFixture.apply(migration.down, on: connection)
                try await CaseFixture.apply(migration.down, on: connection)
            }
            let active = try await fixture.integer(
                "SELECT count(*) FROM \(subscriptions) WHERE user_id = \(user) AND status = 'active'"
            )
            #expect(active == 2, "what was ended is taken back")
        }
    }

    @Test("a joined read of two active subscriptions shows the balance twice", arguments: Dialect.allCases)
    func twoSubscriptions(dialect: Dialect) async throws {
        try await CaseFixture.with(study, dialect) { fixture in
            let rows = try await fixture.integer(
                """
                SELECT count(*) FROM \(fixture.table("user_credits")) AS c
                LEFT JOIN \(fixture.table("user_subscriptions")) AS s ON s.user_id = c.user_id AND s.status = 'active'
                WHERE c.user_id = \(RendersID.user(3))
                """
            )
            #expect(rows == 2, "LIMIT 1 hides it, and which of the two is shown depends on their times alone")
        }
    }

    @Test(
        "of two plans of one instant chance shows one; with the expert's index there is one",
        arguments: Dialect.allCases
    )
    func subscriptionsOfOneInstant(dialect: Dialect) async throws {
        let instant = try #require(Timestamp("2025-10-01 12:00:00"))
        for way in [Way.seed, .expert] {
            var shown: [String] = []
            for plans in [[1, 2], [2, 1]] {
                try await CaseFixture.with(study, dialect, way: way) { fixture in
                    try await fixture.engine.withConnection(.readWrite) { connection in
                        // User 4 has no active one so far.
                        let (user, names) = (RendersID.user(4), fixture.table("subscription_plans"))
                        let subscriptions = fixture.table("user_subscriptions")
                        let additions: [BoundStatement] = plans.map { plan in
                            """
                            INSERT INTO \(subscriptions) (id, user_id, plan_id, status, current_period_start,
                                                          current_period_end, created_at)
                            VALUES (\(RendersID.subscription(900_000 + plan)), \(user), \(RendersID.plan(plan)),
                                    'active', \(instant), \(instant), \(instant))
                            """
                        }
                        try await connection.run(additions[0])
                        if way == .expert {
                            let error = await #expect(throws: EngineError.self) {
                                try await connection.run(additions[1])
                            }
                            #expect(error?.code == .uniqueViolation)
                        } else {
                            try await connection.run(additions[1])
                        }
                        let account = try await RenderBilling().account(of: user, way, on: connection)
                        shown.append(try #require(account?.plan))
                        let first: BoundStatement =
                            "SELECT name FROM \(names) WHERE id = \(RendersID.plan(plans[0]))"
                        let name = try await connection.run(first)[0].decode(String.self, at: 0)
                        if way == .expert { #expect(account?.plan == name) }
                    }
                }
            }
            #expect(shown[0] != shown[1], "\(way.rawValue): the same two subscriptions, written in another order")
        }
    }

    @Test(
        "a balance that may be read every day cannot on the day of its reset: the read hides a write",
        arguments: Dialect.allCases
    )
    func hiddenWrite(dialect: Dialect) async throws {
        try await CaseFixture.with(study, dialect) { fixture in
            let next = try #require(Timestamp("2025-11-27 00:00:00"))
            try await fixture.engine.withConnection(.readOnly) { connection in
                func balance(on day: String) async throws -> Int? {
                    let now = try #require(Timestamp(day))
                    return try await RenderBilling()
                        .balanceAfterReset(of: RendersID.user(5), at: now, next: next, .seed, on: connection)
                }
                let early = try await balance(on: "2020-01-01 00:00:00")
                #expect(early != nil)
                let error = await #expect(throws: EngineError.self) { try await balance(on: "2025-10-28 00:00:00") }
                #expect(error?.code == .readOnly)
                // What only reads, reads on that day as well.
                let account = try await RenderBilling().account(of: RendersID.user(5), .expert, on: connection)
                #expect(account != nil)
            }
        }
    }

    @Test(
        "a reset that was read first loses what is spent meanwhile; one statement does not",
        arguments: Dialect.allCases
    )
    func resetLosesSpending(dialect: Dialect) async throws {
        for way in [Way.before, .seed, .expert] {
            try await CaseFixture.with(study, dialect) { fixture in
                let credits = fixture.table("user_credits")
                let user = RendersID.user(5)
                let balance: BoundStatement = "SELECT balance FROM \(credits) WHERE user_id = \(user)"
                let start = try await fixture.integer(balance)
                let now = Timestamp("2025-10-28 00:00:00")
                let next = Timestamp("2025-11-27 00:00:00")
                let intruder = Intruder(afterCalls: 1) {
                    try await fixture.engine.withConnection(.readWrite) { other in
                        _ = try await other.run(
                            "UPDATE \(credits) SET balance = balance - 30 WHERE user_id = \(user)"
                        )
                    }
                }
                try await fixture.engine.withConnection(.readWrite) { connection in
                    _ = try await RenderBilling()
                        .balanceAfterReset(
                            of: user,
                            at: try #require(now),
                            next: try #require(next),
                            way,
                            on: intruder.watching(connection)
                        )
                    _ = try await RenderBilling()
                        .balanceAfterReset(
                            of: user,
                            at: try #require(now),
                            next: try #require(next),
                            way,
                            on: connection
                        )
                }
                try intruder.rethrow()
                let granted = 600
                let spent = way == .expert ? 30 : 0
                #expect(try await fixture.integer(balance) == start + granted - spent, "\(way.rawValue)")
            }
        }
    }

    @Test("sixteen resets at once give the credits once", arguments: Dialect.allCases)
    func resetOnce(dialect: Dialect) async throws {
        try await CaseFixture.with(study, dialect) { fixture in
            let user = RendersID.user(5)
            let balance: BoundStatement = "SELECT balance FROM \(fixture.table("user_credits")) WHERE user_id = \(user)"
            let start = try await fixture.integer(balance)
            let now = try #require(Timestamp("2025-10-28 00:00:00"))
            let next = try #require(Timestamp("2025-11-27 00:00:00"))
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<16 {
                    group.addTask {
                        try await fixture.engine.withConnection(.readWrite) { connection in
                            let seen = try await RenderBilling()
                                .balanceAfterReset(of: user, at: now, next: next, .expert, on: connection)
                            #expect(seen == start + 600)
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await fixture.integer(balance) == start + 600)
        }
    }
}
