/// How much was done with pools of different sizes.
package struct PoolSweepResult: Sendable, Hashable {
    /// One size.
    package struct Point: Sendable, Hashable {
        package let size: Int
        /// Statements per second: the median of the rounds.
        package let perSecond: Double
        /// The time within which 95 of 100 tasks had their answer, waiting for a connection included.
        package let p95: Duration

        package init(size: Int, perSecond: Double, p95: Duration) {
            self.size = size
            self.perSecond = perSecond
            self.p95 = p95
        }
    }

    /// In the order of their sizes.
    package let points: [Point]

    package init(points: [Point]) {
        self.points = points.sorted { $0.size < $1.size }
    }

    /// A size that reaches this share of the best is as good: two runs of one size differ by as much.
    package static let shareOfBest = 0.95

    /// The smallest size that is as good as the best; nil if nothing was measured.
    package var knee: Int? {
        guard let best = points.indices.map(supportedRate).max() else { return nil }
        return points.first { $0.perSecond >= best * Self.shareOfBest }?.size
    }

    /// The rate of a size as far as its neighbours confirm it: their median, at the ends the lower of two.
    ///
    /// Throughput has one broad hill, so a peak of one size alone is the noise of a busy machine.
    private func supportedRate(_ position: Int) -> Double {
        let near = points[max(0, position - 1)...min(points.count - 1, position + 1)].map(\.perSecond).sorted()
        return near.count < 3 ? near[0] : near[1]
    }
}
