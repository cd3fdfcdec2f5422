/// A sample in order.
package struct OrderStatistics: Sendable {
    private let sorted: [Double]

    package init(_ sample: [Double]) {
        precondition(!sample.isEmpty, "a sample has at least one value")
        sorted = sample.sorted()
    }

    package var minimum: Double { sorted[0] }
    package var maximum: Double { sorted[sorted.count - 1] }

    /// The value in the middle, or the mean of the two.
    package var median: Double {
        let middle = sorted.count / 2
        return sorted.count.isMultiple(of: 2) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
    }

    /// The smallest value that at least this share (0...1) of the sample does not exceed: always one that was measured.
    package func quantile(_ share: Double) -> Double {
        let rank = Int((share * Double(sorted.count)).rounded(.up))
        return sorted[min(max(rank, 1), sorted.count) - 1]
    }
}
