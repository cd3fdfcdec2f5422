package import MartletCore

/// Something the application does, written in each way.
package struct CaseOperation: Sendable {
    /// One way of doing it: returns what the user would see, which must not depend on the way.
    package typealias Body = @Sendable (any Connection) async throws -> [[Value]]

    /// What becomes of what it changes when it is run many times.
    package enum Change: Sendable {
        /// It changes nothing.
        case nothing
        /// It can be run in a transaction that is rolled back.
        case rolledBack
    }

    /// The row it belongs to, such as `0a`.
    package let id: String
    /// What the user wants.
    package let title: String
    /// The gain in time that the source document claims, as a factor; nil if it claims none.
    package let claimedRatio: ClosedRange<Double>?
    /// The claim in its own words.
    package let claim: String
    package let change: Change
    package let ways: [Way: Body]

    package init(
        id: String,
        title: String,
        claimedRatio: ClosedRange<Double>?,
        claim: String,
        change: Change,
        ways: [Way: Body]
    ) {
        self.id = id
        self.title = title
        self.claimedRatio = claimedRatio
        self.claim = claim
        self.change = change
        self.ways = ways
    }
}
