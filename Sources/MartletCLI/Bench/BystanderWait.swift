import CaseStudies
import MartletAdvisor
import MartletCore

/// How long other users wait in one way of an operation.
struct BystanderWait: Sendable, Encodable {
    /// Times of requests: medians of rounds.
    struct Times: Sendable, Encodable {
        let medianSeconds: Double
        let p95Seconds: Double
    }

    let row: String
    let way: Way
    /// With nothing else to do.
    let alone: Times
    /// While the operation runs.
    let beside: Times
    /// The 95th percentile meanwhile as a multiple of that alone: the median of the rounds.
    let p95Ratio: Double
    /// The least and the largest of a round.
    let p95RatioRange: ClosedRange<Double>

    /// `1.12× (0.92–1.17)`.
    var ratioText: String {
        "\(Figures.factor(p95Ratio))× \(Figures.factors(p95RatioRange))"
    }
}
