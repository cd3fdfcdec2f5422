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
        CapturedOperation(operation: "1b", way: .before, statements: 52, roundTrips: 52, rows: 50, repeats: 50),
        CapturedOperation(operation: "1b", way: .fair, statements: 2, roundTrips: 2, rows: 0),
        CapturedOperation(operation: "1b", way: .seed, statements: 3, roundTrips: 3, rows: 50),
        CapturedOperation(operation: "1b", way: .expert, statements: 2, roundTrips: 1, rows: 0),
        CapturedOperation(operation: "1c", way: .before, statements: 4, roundTrips: 4, rows: 4, repeats: 3),
        CapturedOperation(operation: "1c", way: .seed, statements: 4, roundTrips: 2, rows: 4, repeats: 3),
        CapturedOperation(operation: "1c", way: .expert, statements: 1, roundTrips: 1, rows: 1),
        CapturedOperation(operation: "1d", way: .before, statements: 2, roundTrips: 2, rows: 2),
        CapturedOperation(operation: "1d", way: .seed, statements: 1, roundTrips: 1, rows: 1),
        CapturedOperation(operation: "1d", way: .expert, statements: 1, roundTrips: 1, rows: 1),
        CapturedOperation(operation: "1d-reset", way: .before, statements: 3, roundTrips: 3, rows: 2),
        CapturedOperation(operation: "1d-reset", way: .seed, statements: 3, roundTrips: 3, rows: 2),
        CapturedOperation(operation: "1d-reset", way: .expert, statements: 2, roundTrips: 1, rows: 1),
        CapturedOperation(operation: "1e", way: .before, statements: 500, roundTrips: 500, rows: 500, repeats: 500),
        CapturedOperation(operation: "1e", way: .seed, statements: 1, roundTrips: 1, rows: 500),
        CapturedOperation(operation: "1e", way: .expert, statements: 1, roundTrips: 1, rows: 500),
        CapturedOperation(
            operation: "1e-status",
            way: .before,
            statements: 500,
            roundTrips: 500,
            rows: 0,
            repeats: 500
        ),
        CapturedOperation(operation: "1e-status", way: .seed, statements: 1, roundTrips: 1, rows: 0),
        CapturedOperation(operation: "1e-status", way: .expert, statements: 1, roundTrips: 1, rows: 0),
        CapturedOperation(operation: "1f", way: .before, statements: 1_001, roundTrips: 1_001, repeats: 1_000),
        CapturedOperation(
            operation: "1f",
            way: .fair,
            statements: 1_001,
            roundTrips: 1_001,
            rows: 2_000,
            repeats: 1_000
        ),
        CapturedOperation(operation: "1f", way: .seed, statements: 1, roundTrips: 1, rows: 1_000),
        CapturedOperation(operation: "1f", way: .expert, statements: 1, roundTrips: 1, rows: 1_000),
        // 100 projects and all of their renders, of which the application keeps 500.
        CapturedOperation(operation: "1g", way: .before, statements: 2, roundTrips: 2, rows: 1_060),
        CapturedOperation(operation: "1g", way: .seed, statements: 2, roundTrips: 2, rows: 1_060),
        CapturedOperation(operation: "1g", way: .expert, statements: 1, roundTrips: 1, rows: 500),
        CapturedOperation(operation: "1h", way: .before, statements: 1, roundTrips: 1, rows: 50),
        CapturedOperation(operation: "1h-delete", way: .expert, statements: 1, roundTrips: 1, rows: 0),
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
