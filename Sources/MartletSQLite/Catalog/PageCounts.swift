internal import MartletCore

/// How many bytes and rows each b-tree has, as far as that can be told in bounded time.
///
/// The `dbstat` table reads every page, so each b-tree and all together have a time limit. What remains unmeasured
/// shares the bytes that are left. https://www.sqlite.org/dbstat.html
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

    /// Below this all b-trees are measured in one pass, in less than a tenth of a second.
    ///
    /// Above it each is looked up by its name, so that a huge one can be left out: a look-up reads the whole schema.
    static let onePassBytesMax = 128 * 1_048_576

    /// Measures b-trees in the order given; `usedBytes` is what they have in all.
    init(session: SessionDatabase, names: [String], usedBytes: Int, limit: Duration) throws(EngineError) {
        let clock = ContinuousClock()
        let end = clock.now + limit
        if usedBytes <= Self.onePassBytesMax {
            sizes = try session.sizesOfTrees(until: end)
            return
        }
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
        try sizesOfTrees("WHERE name = $1", values: [.text(name)], until: end)[name]
    }

    /// Counts the pages of the b-trees that the time suffices for.
    fileprivate func sizesOfTrees(
        _ condition: String = "",
        values: [Value] = [],
        until end: ContinuousClock.Instant
    ) throws(EngineError) -> [String: PageCounts.Size] {
        var sizes: [String: PageCounts.Size] = [:]
        // The pages of one b-tree come one after the other.
        var name = ""
        var size = PageCounts.Size(bytes: 0, rows: 0)
        var isComplete = ContinuousClock.now < end
        do {
            try step("SELECT pgsize, ncell, pagetype, name FROM dbstat('main') \(condition)", values: values) { row in
                isComplete = ContinuousClock.now < end
                guard isComplete else { return false }
                if !row.holds(name, at: 3) {
                    sizes[name] = size
                    name = row.text(3) ?? ""
                    size = PageCounts.Size(bytes: 0, rows: 0)
                }
                size.bytes += row.integer(0)
                // Interior pages of a table repeat keys; those of an index hold rows of their own, but few.
                if row.holds("leaf", at: 2) { size.rows = (size.rows ?? 0) + row.integer(1) }
                return true
            }
        } catch  where error.code == .undefinedObject {
            return [:]
        }
        if isComplete { sizes[name] = size }
        sizes[""] = nil
        return sizes
    }
}
