import CaseStudies
import MartletCore
import Testing

@Suite("Operations of the component chat")
struct AuthChatOperationTests {
    /// 4f is in `AuthLoginTests`: of logins at once nobody knows which round trips overlap.
    static let expectations = [
        // Looked for, account, looked for again, session, three tokens; the second look finds one row.
        CapturedOperation(operation: "4a", way: .before, statements: 7, roundTrips: 7, rows: 1, repeats: 3),
        CapturedOperation(operation: "4a", way: .seed, statements: 6, roundTrips: 3, rows: 0, repeats: 3),
        CapturedOperation(
            operation: "4a",
            way: .expert,
            statements: 1,
            statementsOnSQLite: 3,
            roundTrips: 1,
            rows: 0
        ),
        // User, clean-up, session, two tokens, last login, user again.
        CapturedOperation(operation: "4b", way: .before, statements: 7, roundTrips: 7, rows: 2, repeats: 2),
        CapturedOperation(operation: "4b", way: .seed, statements: 5, roundTrips: 2, rows: 1, repeats: 2),
        CapturedOperation(
            operation: "4b",
            way: .expert,
            statements: 2,
            statementsOnSQLite: 4,
            roundTrips: 2,
            rows: 1
        ),
        CapturedOperation(operation: "4b-unknown", way: .before, statements: 1, roundTrips: 1, rows: 0),
        CapturedOperation(operation: "4b-unknown", way: .seed, statements: 1, roundTrips: 1, rows: 0),
        CapturedOperation(operation: "4b-unknown", way: .expert, statements: 1, roundTrips: 1, rows: 0),
        CapturedOperation(operation: "4c", way: .before, statements: 2, roundTrips: 2, rows: 2),
        CapturedOperation(operation: "4c", way: .seed, statements: 2, roundTrips: 2, rows: 2),
        CapturedOperation(operation: "4c", way: .expert, statements: 1, roundTrips: 1, rows: 1),
        // The user and his two sessions, of which the seed's way reads the open one only.
        CapturedOperation(operation: "4d", way: .before, statements: 2, roundTrips: 2, rows: 3),
        CapturedOperation(operation: "4d", way: .seed, statements: 2, roundTrips: 1, rows: 2),
        CapturedOperation(operation: "4d", way: .expert, statements: 1, roundTrips: 1, rows: 1),
        CapturedOperation(
            operation: "4d-cached",
            way: .before,
            statements: 200,
            roundTrips: 200,
            rows: 300,
            repeats: 100
        ),
        CapturedOperation(operation: "4d-cached", way: .seed, statements: 2, roundTrips: 1, rows: 2),
        CapturedOperation(operation: "4d-cached", way: .expert, statements: 1, roundTrips: 1, rows: 1),
        // Token, its owner, revocation, two tokens.
        CapturedOperation(operation: "4e", way: .before, statements: 5, roundTrips: 5, rows: 2, repeats: 2),
        CapturedOperation(operation: "4e", way: .seed, statements: 5, roundTrips: 2, rows: 2, repeats: 2),
        CapturedOperation(
            operation: "4e",
            way: .expert,
            statements: 1,
            statementsOnSQLite: 2,
            roundTrips: 1,
            rows: 0
        ),
        CapturedOperation(operation: "4g", way: .before, statements: 18, roundTrips: 18, rows: 121),
        CapturedOperation(operation: "4g", way: .seed, statements: 18, roundTrips: 18, rows: 121),
        CapturedOperation(operation: "4g", way: .expert, statements: 18, roundTrips: 18, rows: 121),
    ]

    @Test("takes exactly the statements, round trips and rows of its way", arguments: Dialect.allCases)
    func captured(dialect: Dialect) async throws {
        for way in [Way.before, .seed, .expert] {
            try await CaseFixture.with(AuthChatCaseStudy(), dialect, way: way) { fixture in
                for expectation in Self.expectations where expectation.way == way {
                    try await expectation.check(fixture)
                }
            }
        }
    }

    @Test("every way that is not known to be wrong gives the user the same", arguments: Dialect.allCases)
    func sameResults(dialect: Dialect) async throws {
        try await AgreementOfWays(AuthChatCaseStudy(), dialect).check()
    }
}
