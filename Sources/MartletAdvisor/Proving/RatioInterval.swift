import MartletCore

/// How much faster one sample of times is than another: the ratio of their medians and its interval.
package struct RatioInterval: Sendable, Hashable {
    /// Median of `before` over median of `after`.
    package let ratio: Double
    /// The 95 % interval of `ratio`.
    package let interval: ClosedRange<Double>

    /// The chance that the interval misses the true ratio.
    package static let missChance = 0.05
    /// Runs of each side from which resampling says anything: below, too few different medians can be drawn.
    package static let bootstrapRunsMin = 6
    /// Fewer resamples leave the ends of a 95 % interval to chance.
    ///
    /// Source: Efron and Tibshirani, "An Introduction to
    /// the Bootstrap", 1993, chapter 13: 1,000 or more for percentiles.
    package static let defaultResamples = 2_000
    /// All ratios: the runs do not tell.
    package static let everything = 0...Double.greatestFiniteMagnitude

    /// Compares two samples of positive times, with random numbers that are passed in.
    ///
    /// From six runs of each side on the interval is the percentile bootstrap: both samples are drawn again with
    /// replacement, sessions first and then their runs, `resamples` times; the interval runs from the 2.5th to the
    /// 97.5th percentile of median(before*) / median(after*) (Efron and Tibshirani, section 13.3). With fewer it is
    /// Moses' interval, which asks nothing of the distribution but that the two differ by a factor: from the smallest
    /// to the largest of all before/after pairs, with coverage 1 − 2 / C(n + m, n) (Hollander and Wolfe,
    /// "Nonparametric Statistical Methods", section 4.3); where that is below 95 %, nothing is said.
    package init(
        before: SessionSample,
        after: SessionSample,
        resamples: Int = Self.defaultResamples,
        using generator: inout some RandomNumberGenerator
    ) {
        precondition(before.count > 0 && after.count > 0 && resamples > 0, "a ratio needs a time of each side")
        let beforeOrder = OrderStatistics(before.times)
        let afterOrder = OrderStatistics(after.times)
        ratio = Self.quotient(beforeOrder.median, afterOrder.median)
        if min(before.count, after.count) >= Self.bootstrapRunsMin {
            let (sessions, otherSessions) = (before.measured, after.measured)
            let ratios = (0..<resamples)
                .map { _ in
                    let drawn = SessionSample.resampled(sessions, otherSessions, using: &generator)
                    return Self.quotient(drawn.0.median, drawn.1.median)
                }
            let order = OrderStatistics(ratios)
            interval = order.quantile(Self.missChance / 2)...order.quantile(1 - Self.missChance / 2)
        } else if Self.mosesMissChance(before.count, after.count) <= Self.missChance {
            interval =
                Self.quotient(
                    beforeOrder.minimum,
                    afterOrder.maximum
                )...Self.quotient(beforeOrder.maximum, afterOrder.minimum)
        } else {
            interval = Self.everything
        }
    }

    /// 2 / C(n + m, n): the chance that the true factor lies outside all pairs.
    package static func mosesMissChance(_ n: Int, _ m: Int) -> Double {
        let combinations = (1...n).reduce(1.0) { $0 * Double(m + $1) / Double($1) }
        return 2 / combinations
    }

    /// A time of zero is below what the clock can tell; the ratio stays finite, so that it can be written as JSON.
    private static func quotient(_ numerator: Double, _ denominator: Double) -> Double {
        if numerator == denominator { return 1 }
        return min(numerator / max(denominator, .leastNormalMagnitude), .greatestFiniteMagnitude)
    }
}
