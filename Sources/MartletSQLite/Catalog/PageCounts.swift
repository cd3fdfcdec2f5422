internal import MartletCore

/// How many bytes and rows each b-tree has, as far as that can be told in bounded time.
///
/// The `dbstat` table reads every page, so each b-tree and all together have a time limit. What remains unmeasured shares
/// the bytes that are left. https://www.sqlite.org/dbstat.html
struct PageCounts: Sendable {
    /// Bytes of one b-tree, and the rows in its leaves where they were counted.
    struct Size: Sendable, Hashable {
        var bytes: Int
        var rows: Int?
    }

    /// By the name of a table or index.
    private(set) var sizes: [String: Size] = [:]

    /// `check` has five seconds in all; the catalog may take one, most of it here.
    static let limit = Duration.milliseconds(600)
    /// So that one huge table does not leave the others unmeasured.
    private static let limitOfOne = Duration.milliseconds(250)

    /// Measures b-trees in the order given.
    init(session: SessionDatabase, names: [String], limit: Duration) throws(EngineError) {
        let clock = ContinuousClock()
        let end = clock.now + limit
        for name in names {
            let limit = min(end, clock.now + Self.limitOfOne)
            guard clock.now < end, let size = try session.sizeOfTree(name, until: limit) else { continue }
            sizes[name] = size
        }
    }

    /// Bytes of all that was measured.
    var measuredBytes: Int {
        sizes.values.reduce(0) { $0 + $1.bytes }
    }

    /// Shares bytes among b-trees that were not measured, by what they are expected to hold.
    mutating func share(_ bytes: Int, by expected: [String: Double]) {
        let sum = expected.values.reduce(0, +)
        for (name, weight) in expected {
            sizes[name] = Size(bytes: sum > 0 ? Int(Double(max(0, bytes)) * weight / sum) : 0, rows: nil)
        }
    }
}

extension SessionDatabase {
    /// Counts the pages of one b-tree; nil if the time did not suffice or SQLite was built without `dbstat`.
    fileprivate func sizeOfTree(
        _ name: String,
        until end: ContinuousClock.Instant
    ) throws(EngineError) -> PageCounts.Size? {
        var size = PageCounts.Size(bytes: 0, rows: 0)
        var isComplete = true
        do {
            try step("SELECT pgsize, ncell, pagetype FROM dbstat('main') WHERE name = $1", values: [.text(name)]) {
                row in
                size.bytes += row.integer(0)
                // Interior pages of a table repeat keys; those of an index hold rows of their own, but few.
                if row.text(2) == "leaf" { size.rows = (size.rows ?? 0) + row.integer(1) }
                isComplete = ContinuousClock.now < end
                return isComplete
            }
        } catch  where error.code == .undefinedObject {
            return nil
        }
        return isComplete ? size : nil
    }
}
