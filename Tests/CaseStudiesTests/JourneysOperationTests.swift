import CaseStudies
import MartletCore
import Testing

@Suite("Operations of the journeys")
struct JourneysOperationTests {
    static let expectations = [
        CapturedOperation(operation: "2a", way: .before, statements: 2, roundTrips: 2, rows: 2),
        CapturedOperation(operation: "2a", way: .fair, statements: 2, roundTrips: 1, rows: 2),
        CapturedOperation(operation: "2a", way: .seed, statements: 1, roundTrips: 1, rows: 10),
        CapturedOperation(operation: "2a", way: .expert, statements: 1, roundTrips: 1, rows: 2),
        CapturedOperation(operation: "2a-loop", way: .before, statements: 2, roundTrips: 2, rows: 2),
        CapturedOperation(operation: "2a-loop", way: .fair, statements: 2, roundTrips: 1, rows: 2),
        CapturedOperation(operation: "2a-loop", way: .seed, statements: 1, roundTrips: 1, rows: 10),
        CapturedOperation(operation: "2a-loop", way: .expert, statements: 1, roundTrips: 1, rows: 2),
        CapturedOperation(operation: "2b", way: .before, statements: 1, roundTrips: 1, rows: 3),
        CapturedOperation(operation: "2b", way: .fair, statements: 1, roundTrips: 1, rows: 3),
        CapturedOperation(operation: "2b", way: .seed, statements: 1, roundTrips: 1, rows: 3),
        CapturedOperation(operation: "2b", way: .expert, statements: 1, roundTrips: 1, rows: 3),
        CapturedOperation(operation: "2b-waiting", way: .seed, statements: 1, roundTrips: 1, rows: 3),
        CapturedOperation(operation: "2b-waiting", way: .expert, statements: 1, roundTrips: 1, rows: 3),
        // As many at once as there are connections, so how many wait for one another is left to chance.
        CapturedOperation(operation: "2d", way: .before, statements: 120, roundTrips: nil, rows: 120, repeats: 120),
        CapturedOperation(operation: "2d", way: .seed, statements: 120, roundTrips: nil, rows: 120, repeats: 120),
        CapturedOperation(operation: "2d", way: .expert, statements: 120, roundTrips: nil, rows: 120, repeats: 120),
        CapturedOperation(operation: "2e", way: .expert, statements: 1, roundTrips: 1, rows: 3),
        CapturedOperation(operation: "2e-calls", way: .expert, statements: 1, roundTrips: 1),
        CapturedOperation(operation: "2e-messages", way: .expert, statements: 1, roundTrips: 1, rows: 50),
        CapturedOperation(operation: "2e-contacts", way: .expert, statements: 1, roundTrips: 1, rows: 50),
        CapturedOperation(operation: "2e-active", way: .expert, statements: 1, roundTrips: 1, rows: 1),
        CapturedOperation(operation: "2e-delete", way: .expert, statements: 1, roundTrips: 1, rows: 0),
        // 50 times tenant and node of each of two; there is no such node for the second.
        CapturedOperation(
            operation: "2c-tenants",
            way: .before,
            statements: 200,
            roundTrips: 200,
            rows: 150,
            repeats: 100
        ),
        // The document's map has the node of the first for the second.
        CapturedOperation(operation: "2c-tenants", way: .seed, statements: 3, roundTrips: 3, rows: 3, repeats: 2),
        CapturedOperation(operation: "2c-tenants", way: .expert, statements: 4, roundTrips: 4, rows: 3, repeats: 2),
        CapturedOperation(operation: "2f", way: .before, statements: 101, roundTrips: 101, rows: 100, repeats: 100),
        CapturedOperation(operation: "2f", way: .seed, statements: 2, roundTrips: 2, rows: 1),
        CapturedOperation(operation: "2f", way: .expert, statements: 3, roundTrips: 3, rows: 2, repeats: 2),
    ]

    /// What the caches ask depends on the traffic: each tenant and each node once; after a while, none.
    static func expectations(of traffic: [JourneyVisit]) -> [CapturedOperation] {
        let nodes = Set(traffic.map(\.node)).count
        let asked = nodes + Set(traffic.map(\.tenant)).count
        func expectation(
            _ way: Way,
            _ statements: Int,
            repeats: Int,
            operation: String = "2c"
        ) -> CapturedOperation {
            CapturedOperation(
                operation: operation,
                way: way,
                statements: statements,
                roundTrips: statements,
                rows: statements,
                repeats: repeats
            )
        }
        return [
            expectation(.before, 2 * traffic.count, repeats: traffic.count),
            expectation(.seed, asked, repeats: nodes),
            expectation(.expert, asked, repeats: nodes),
            expectation(.before, 2 * traffic.count, repeats: traffic.count, operation: "2c-warm"),
            expectation(.seed, 0, repeats: 0, operation: "2c-warm"),
            expectation(.expert, 0, repeats: 0, operation: "2c-warm"),
        ]
    }

    @Test("takes exactly the statements, round trips and rows of its way", arguments: Dialect.allCases)
    func captured(dialect: Dialect) async throws {
        let traffic = Array(JourneyTraffic(.small, for: dialect).prefix(200))
        #expect(Set(traffic.map(\.node)).count < 80, "nodes are asked for again and again")
        let expectations = Self.expectations + Self.expectations(of: traffic)
        for way in Way.allCases {
            try await CaseFixture.with(JourneysCaseStudy(), dialect, way: way) { fixture in
                for expectation in expectations where expectation.way == way {
                    try await expectation.check(fixture)
                }
            }
        }
    }

    @Test("every way that is not known to be wrong gives the user the same", arguments: Dialect.allCases)
    func sameResults(dialect: Dialect) async throws {
        try await AgreementOfWays(JourneysCaseStudy(), dialect).check()
    }
}
