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

    /// A duration that so many per cent (0...100) of them did not exceed; zero if there were none.
    ///
    /// As coarse as the buckets: the upper end of the one that it lies in, or the longest if that is less.
    public func percentile(_ percentage: Double) -> Duration {
        // What is no number counts as 0.
        let share = percentage > 0 ? min(percentage, 100) : 0
        let rank = max(1, Int((share * Double(count) / 100).rounded(.up)))
        var seen = 0
        for (bucket, number) in counts.enumerated() where number > 0 {
            seen += number
            if seen >= rank { return bucket < Self.bounds.count ? min(Self.bounds[bucket], longest) : longest }
        }
        return .zero
    }

    /// Records that it took no time.
    mutating func recordZero() { counts[0] += 1 }

    mutating func record(_ duration: Duration) {
        // The first bucket takes nearly all, and needs no look at the others.
        var bucket = duration <= .milliseconds(1) ? 0 : 1
        while bucket > 0, bucket < Self.bounds.count, Self.bounds[bucket] < duration { bucket += 1 }
        counts[bucket] += 1
        sum += duration
        if duration > longest { longest = duration }
    }
}
