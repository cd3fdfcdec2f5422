import CaseStudies
import MartletCore
import Testing

@Suite("Operations of the render studio")
struct RendersOperationTests {
    static let expectations = [
        CapturedOperation(operation: "1a", way: .before, statements: 5, roundTrips: 5, rows: 73, repeats: 2),
        CapturedOperation(operation: "1a", way: .fair, statements: 3, roundTrips: 3, rows: 3),
        CapturedOperation(operation: "1a", way: .seed, statements: 4, roundTrips: 1, rows: 72),
        CapturedOperation(operation: "1a", way: .expert, statements: 1, roundTrips: 1, rows: 1),
        CapturedOperation(operation: "1a-heavy", way: .before, statements: 5, roundTrips: 5, rows: 1_103, repeats: 2),
        CapturedOperation(operation: "1a-heavy", way: .seed, statements: 4, roundTrips: 1, rows: 1_102),
        CapturedOperation(operation: "1a-heavy", way: .expert, statements: 1, roundTrips: 1, rows: 1),
    ]

    @Test("takes exactly the statements, round trips and rows of its way", arguments: Dialect.allCases)
    func captured(dialect: Dialect) async throws {
        for way in Way.allCases {
            try await CaseFixture.with(RendersCaseStudy(), dialect, way: way) { fixture in
                for expectation in Self.expectations where expectation.way == way {
                    try await expectation.check(fixture)
                }
            }
        }
    }

    @Test("every way that is not known to be wrong gives the user the same", arguments: Dialect.allCases)
    func sameResults(dialect: Dialect) async throws {
        try await AgreementOfWays(RendersCaseStudy(), dialect).check()
    }
}
