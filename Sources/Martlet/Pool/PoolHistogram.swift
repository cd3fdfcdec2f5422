/// How often durations of each size were seen.
public struct PoolHistogram: Sendable, Hashable {
    /// The upper ends of the buckets; the last bucket has none.
    ///
    /// OpenTelemetry's buckets for `db.client.operation.duration`, in seconds 0.001 to 10.
    public static let bounds: [Duration] = [
        .milliseconds(1), .milliseconds(5), .milliseconds(10), .milliseconds(50), .milliseconds(100),
        .milliseconds(500), .seconds(1), .seconds(5), .seconds(10),
    ]

    /// Durations in each bucket: one more than there are bounds.
    public private(set) var counts = [Int](repeating: 0, count: PoolHistogram.bounds.count + 1)
    /// All of them together.
    public private(set) var sum = Duration.zero
    /// The longest.
    public private(set) var longest = Duration.zero

    /// How many there were.
    public var count: Int { counts.reduce(0, +) }

    /// Their mean; zero if there were none.
    public var mean: Duration { count == 0 ? .zero : sum / count }

    mutating func record(_ duration: Duration) {
        // The first bucket takes nearly all, and needs no look at the others.
        var bucket = duration <= .milliseconds(1) ? 0 : 1
        while bucket > 0, bucket < Self.bounds.count, Self.bounds[bucket] < duration { bucket += 1 }
        counts[bucket] += 1
        sum += duration
        if duration > longest { longest = duration }
    }
}
