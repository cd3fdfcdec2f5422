import MartletCore
import MartletLoad
import Testing

@Suite struct LatencyHistogramTests {
    /// Times over nine powers of ten, most of them short, as latencies are.
    private static func sample(_ count: Int, using random: inout SplitMix64) -> [UInt64] {
        (0..<count)
            .map { _ in
                let magnitude = Int.random(in: 0...9, using: &random)
                let power = (0..<magnitude).reduce(UInt64(1)) { product, _ in product * 10 }
                return UInt64.random(in: power...(power * 10), using: &random)
            }
    }

    @Test("gives every percentile of any sample within 0.1 % of the exact one", arguments: 0..<8)
    func percentiles(_ run: Int) {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SplitMix64(seed: seed)
        let times = Self.sample(Int.random(in: 1...5_000, using: &random), using: &random)
        var histogram = LatencyHistogram()
        for time in times { histogram.record(nanoseconds: time) }
        let sorted = times.sorted()
        // In tenths of a per cent: ranks of whole numbers, which nothing rounds.
        for permille in [10, 100, 500, 900, 950, 990, 999, 1_000] {
            let rank = (permille * times.count + 999) / 1_000
            let exact = Double(sorted[rank - 1])
            let told = histogram.percentile(Double(permille) / 10) / .nanoseconds(1)
            let tolerance = max(1, exact * LatencyHistogram.relativeErrorMax)
            #expect(abs(told - exact) <= tolerance, "seed \(seed): \(permille) ‰ is \(exact), told \(told)")
        }
        #expect(histogram.count == times.count, "seed \(seed)")
        let mean = Int64(times.reduce(0, +) / UInt64(times.count))
        #expect(histogram.mean == .nanoseconds(mean), "seed \(seed)")
    }

    @Test("is the same whether times are recorded in one or in several that are joined", arguments: 0..<4)
    func joining(_ run: Int) {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SplitMix64(seed: seed)
        var whole = LatencyHistogram()
        var parts = (0..<4).map { _ in LatencyHistogram() }
        for time in Self.sample(2_000, using: &random) {
            whole.record(nanoseconds: time)
            parts[Int.random(in: parts.indices, using: &random)].record(nanoseconds: time)
        }
        let joined = parts.reduce(into: LatencyHistogram()) { $0.add($1) }
        #expect(joined.count == whole.count && joined.mean == whole.mean, "seed \(seed)")
        for percentage in stride(from: 0.0, through: 100, by: 2.5) {
            #expect(joined.percentile(percentage) == whole.percentile(percentage), "seed \(seed): p\(percentage)")
        }
    }

    @Test("says zero of nothing")
    func nothing() {
        let histogram = LatencyHistogram()
        #expect(histogram.count == 0 && histogram.mean == .zero && histogram.longest == .zero)
        #expect(histogram.percentile(99) == .zero)
    }
}
