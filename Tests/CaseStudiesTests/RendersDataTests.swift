import CaseStudies
import MartletCore
import Testing

@Suite("Data of the render studio")
struct RendersDataTests {
    @Test("the same seed gives the same rows, another seed others", arguments: Dialect.allCases)
    func deterministic(dialect: Dialect) async throws {
        try await Determinism(RendersCaseStudy(), dialect).check(differing: "renders")
    }

    @Test(
        "has the rows of its size; SQLite gets a quarter of the large one",
        arguments: [
            (CaseSize.small, Dialect.postgres, [100, 100, 3, 101, 2_000, 200, 10_000, 1_000]),
            (.small, .sqlite, [100, 100, 3, 101, 2_000, 200, 10_000, 1_000]),
            (.large, .postgres, [10_000, 10_000, 3, 10_001, 50_000, 20_000, 1_000_000, 100_000]),
            (.large, .sqlite, [2_500, 2_500, 3, 2_501, 12_500, 5_000, 250_000, 25_000]),
        ] as [(CaseSize, Dialect, [Int])]
    )
    func sizes(size: CaseSize, dialect: Dialect, expected: [Int]) {
        #expect(RendersCaseStudy().tables(of: size, for: dialect, seed: 1).map(\.rowCount) == expected)
    }

    @Test(
        "has one user above the document's caps, one below them, and one with two subscriptions",
        arguments: Dialect.allCases
    )
    func shape(dialect: Dialect) async throws {
        try await CaseFixture.with(RendersCaseStudy(), dialect) { fixture in
            let projects = fixture.table("projects")
            let renders = fixture.table("renders")
            func count(_ statement: BoundStatement) async throws -> Int { try await fixture.integer(statement) }
            let (first, second) = (RendersID.user(1), RendersID.user(2))
            #expect(try await count("SELECT count(*) FROM \(projects) WHERE user_id = \(first)") == 1_500)
            #expect(try await count("SELECT count(*) FROM \(renders) WHERE user_id = \(first)") == 4_000)
            #expect(try await count("SELECT count(*) FROM \(projects) WHERE user_id = \(second)") == 20)
            #expect(try await count("SELECT count(*) FROM \(renders) WHERE user_id = \(second)") == 50)
            let subscriptions = fixture.table("user_subscriptions")
            let active = try await count(
                """
                SELECT count(*) FROM \(subscriptions) WHERE user_id = \(RendersID.user(3)) AND status = 'active'
                """
            )
            #expect(active == 2)
            let shortChains = try await count(
                """
                SELECT count(*) FROM (SELECT chain_id FROM \(renders) GROUP BY chain_id HAVING count(*) <> 50) AS c
                """
            )
            #expect(shortChains == 0)
            let strangers = try await count(
                """
                SELECT count(*) FROM \(renders) AS r JOIN \(projects) AS p ON p.id = r.project_id
                WHERE r.user_id <> p.user_id
                """
            )
            #expect(strangers == 0, "renders lie in projects of their own user")
        }
    }
}
