import Histogram

/// How often times of each length were seen, from nanoseconds to hours, each to within 0.1 % of itself.
///
/// A high dynamic range histogram: recording is a few instructions and allocates only for the first time and for
/// one longer than any before; two of them can be joined without loss. Source: Gil Tene, hdrhistogram.org.
package struct LatencyHistogram: Sendable {
    private var histogram = Histogram<UInt64>(numberOfSignificantValueDigits: .three)
    /// The sum of what was recorded, exactly.
    private var sumNanoseconds: UInt64 = 0

    /// An empty one.
    package init() {}

    /// The largest share of itself by which a time is told wrong.
    package static let relativeErrorMax = 0.001

    /// How many times were recorded.
    package var count: Int { Int(histogram.totalCount) }
    /// Their mean, exactly; zero if there are none.
    package var mean: Duration {
        count == 0 ? .zero : .nanoseconds(Int64(sumNanoseconds / UInt64(count)))
    }
    /// The longest, as precise as the rest.
    package var longest: Duration { .nanoseconds(Int64(histogram.maxRecorded)) }

    /// One with room for what most loads see.
    ///
    /// Growing takes as long as hundreds of runs, which then wait. Most histograms stay empty, so not all have room.
    private static func roomy() -> Histogram<UInt64> {
        var histogram = Histogram<UInt64>(
            lowestDiscernibleValue: 1,
            highestTrackableValue: 100_000_000,
            numberOfSignificantValueDigits: .three
        )
        histogram.autoResize = true
        return histogram
    }

    package mutating func record(nanoseconds: UInt64) {
        if histogram.totalCount == 0 { histogram = Self.roomy() }
        // Beyond this the histogram has no bucket; it is 146 years.
        let nanoseconds = min(nanoseconds, UInt64(Int64.max / 2))
        histogram.record(nanoseconds)
        sumNanoseconds &+= nanoseconds
    }

    /// Adds all that another has seen.
    package mutating func add(_ other: LatencyHistogram) {
        guard count > 0 else { return self = other }
        histogram.add(other.histogram)
        sumNanoseconds &+= other.sumNanoseconds
    }

    /// The time that this percentage (0...100) of the recorded ones does not exceed; zero if there are none.
    package func percentile(_ percentage: Double) -> Duration {
        count == 0 ? .zero : .nanoseconds(Int64(histogram.valueAtPercentile(percentage)))
    }
}
