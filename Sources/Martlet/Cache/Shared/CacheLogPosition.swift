/// A place in the coherence log: what was committed before it, and what was not.
///
/// Snapshots of one PostgreSQL server are nested: the later one sees all that the earlier saw. Where two end at the
/// same transaction, the later has fewer left running. So two numbers put them in order.
struct CacheLogPosition: Sendable, Hashable, Comparable {
    /// Digits of `stamp`.
    static let stampLength = 30
    /// More than a server has sessions (max_connections is below 2^18).
    private static let runningMax: UInt64 = 9_999_999_999

    /// The first transaction that it does not see, or the last row of the log.
    let major: UInt64
    /// Larger for fewer transactions below `major` that it does not see.
    let minor: UInt64
    /// Whatever has a smaller number is seen, whether transaction or row.
    let floor: UInt64

    init(major: UInt64, minor: UInt64, floor: UInt64) {
        (self.major, self.minor, self.floor) = (major, minor, floor)
    }

    /// Where a look at the log ended; nil if its text is none.
    init?(_ cursor: CacheLog.Cursor) {
        switch cursor {
        case .row(let row):
            guard row >= 0 else { return nil }
            self.init(major: UInt64(row), minor: 0, floor: UInt64(row) + 1)
        case .snapshot(let text):
            // xmin:xmax:xip,xip,…
            let parts = text.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count == 3, let floor = UInt64(parts[0]), let end = UInt64(parts[1]) else { return nil }
            let running = UInt64(parts[2].split(separator: ",").count)
            guard running <= Self.runningMax else { return nil }
            self.init(major: end, minor: Self.runningMax - running, floor: floor)
        }
    }

    /// Reads what `stamp` has written.
    init?(stamp: some StringProtocol, floor: UInt64) {
        guard stamp.utf8.count == Self.stampLength, let major = UInt64(stamp.prefix(20)),
            let minor = UInt64(stamp.dropFirst(20))
        else { return nil }
        self.init(major: major, minor: minor, floor: floor)
    }

    /// Thirty digits that are in order as texts if the positions are.
    var stamp: String { Self.digits(major, 20) + Self.digits(minor, 10) }

    /// The place just behind, which nothing that was read up to here reaches.
    var successor: CacheLogPosition { CacheLogPosition(major: major, minor: minor + 1, floor: floor) }

    static func < (left: CacheLogPosition, right: CacheLogPosition) -> Bool {
        (left.major, left.minor) < (right.major, right.minor)
    }

    private static func digits(_ number: UInt64, _ count: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, count - text.utf8.count)) + text
    }
}
