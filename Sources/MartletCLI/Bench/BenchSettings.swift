import CaseStudies
import MartletCore

/// What is measured of an application, and under which conditions.
struct BenchSettings: Sendable {
    var dialect: Dialect
    var size: CaseSize
    /// Time added to each round trip; each operation is measured under all of them.
    var roundTripTimes: [Duration]
    /// The indexes of all ways; nil: each has those that it brings along.
    var indexes: CaseIndexSet?
    /// Rows to measure, such as `1b`; empty: all.
    var rows: Set<String>
    /// Time for the timed runs of one operation at one distance; what is looked at once comes on top.
    var rowTime: Duration

    /// Whether an operation is among those that were asked for: `0b` means `0b-busy` too.
    func includes(_ operation: CaseOperation) -> Bool {
        rows.isEmpty || rows.contains { Self.means($0, operation.id) }
    }

    /// Rows that were asked for and that none of these operations is.
    func unknownRows(among operations: [CaseOperation]) -> [String] {
        rows.filter { row in !operations.contains { Self.means(row, $0.id) } }.sorted()
    }

    private static func means(_ row: String, _ id: String) -> Bool {
        row == id || id.hasPrefix(row + "-")
    }
}
