import MartletCore

/// Statements that share a round trip, and their places among all.
struct ReadLane: Sendable {
    let positions: [Int]
    let statements: [BoundStatement]
}
