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
    private static let limit = Duration.milliseconds(600)
    /// So that one huge table does not leave the others unmeasured.
    private static let limitOfOne = Duration.milliseconds(250)

    init(session: SessionDatabase, names: [String], weights: [String: Int], totalBytes: Int) throws(EngineError) {
        let clock = ContinuousClock()
        let end = clock.now + Self.limit
        for name in names {
            let limit = min(end, clock.now + Self.limitOfOne)
            guard clock.now < end, let size = try session.sizeOfTree(name, until: limit) else { continue }
            sizes[name] = size
        }
        share(max(0, totalBytes - sizes.values.reduce(0) { $0 + $1.bytes }), names: names, weights: weights)
    }

    /// Shares bytes among the b-trees that were not measured, by their expected rows.
    private mutating func share(_ bytes: Int, names: [String], weights: [String: Int]) {
        let missing = names.filter { sizes[$0] == nil }
        let sum = missing.reduce(0.0) { $0 + Double(max(1, weights[$1] ?? 1)) }
        for name in missing {
            sizes[name] = Size(bytes: Int(Double(bytes) * Double(max(1, weights[name] ?? 1)) / sum), rows: nil)
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
