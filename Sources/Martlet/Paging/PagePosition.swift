import MartletCore

/// What a cursor says: from where, and which way.
struct PagePosition: Sendable, Hashable {
    /// Which way to read from there.
    enum Direction: UInt8, Sendable {
        case forwards
        case backwards
    }

    var direction: Direction
    /// Whether the row at the place itself is wanted too.
    var isInclusive: Bool
    /// One value for each key.
    var values: [Value]
}
