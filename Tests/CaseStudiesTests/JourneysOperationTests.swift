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
        CapturedOperation(operation: "2e", way: .expert, statements: 1, roundTrips: 1, rows: 3),
        CapturedOperation(operation: "2e-calls", way: .expert, statements: 1, roundTrips: 1),
        CapturedOperation(operation: "2e-messages", way: .expert, statements: 1, roundTrips: 1, rows: 50),
        CapturedOperation(operation: "2e-contacts", way: .expert, statements: 1, roundTrips: 1, rows: 50),
        CapturedOperation(operation: "2e-active", way: .expert, statements: 1, roundTrips: 1, rows: 1),
        CapturedOperation(operation: "2e-delete", way: .expert, statements: 1, roundTrips: 1, rows: 0),
    ]

    @Test("takes exactly the statements, round trips and rows of its way", arguments: Dialect.allCases)
    func captured(dialect: Dialect) async throws {
        for way in Way.allCases {
            try await CaseFixture.with(JourneysCaseStudy(), dialect, way: way) { fixture in
                for expectation in Self.expectations where expectation.way == way {
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
