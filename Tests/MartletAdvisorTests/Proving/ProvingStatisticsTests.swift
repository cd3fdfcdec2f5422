import Foundation
import MartletAdvisor
import MartletCore
import Testing

@Suite("Statistics of a proof")
struct ProvingStatisticsTests {
    @Test(
        "the median is the middle, or the mean of the two",
        arguments: [([3], 3), ([1, 2], 1.5), ([9, 1, 5], 5), ([4, 1, 3, 2], 2.5), ([2, 2, 2, 2, 7], 2)]
            as [([Double], Double)]
    )
    func median(sample: [Double], expected: Double) {
        #expect(OrderStatistics(sample).median == expected)
    }

    @Test(
        "a quantile is the smallest value that its share does not exceed",
        arguments: [(0.95, 19.0), (0.5, 10), (1, 20), (0, 1), (0.951, 20), (0.05, 1), (0.051, 2)]
    )
    func quantile(share: Double, expected: Double) {
        #expect(OrderStatistics((1...20).map(Double.init).shuffled()).quantile(share) == expected)
    }

    @Test("identical samples are undecided", arguments: [1, 2, 5, 6, 30])
    func identicalSamples(count: Int) {
        let sample = (0..<count).map { 1 + Double($0 % 7) }
        #expect(verdict(of: sample, sample) == .undecided)
        #expect(verdict(of: Array(repeating: 4, count: count), Array(repeating: 4, count: count)) == .undecided)
    }

    @Test(
        "samples that do not meet give a verdict as soon as chance can be ruled out",
        arguments: [
            (1, 1, Proof.Verdict.undecided), (1, 6, .undecided), (2, 6, .undecided), (2, 8, .faster),
            (3, 6, .faster), (5, 5, .faster), (6, 6, .faster), (30, 30, .faster),
        ] as [(Int, Int, Proof.Verdict)]
    )
    func separatedSamples(before: Int, after: Int, expected: Proof.Verdict) {
        let slow = (0..<before).map { 100 + Double($0) }
        let fast = (0..<after).map { 1 + Double($0) / 100 }
        #expect(verdict(of: slow, fast) == expected)
        let mirrored: Proof.Verdict = expected == .faster ? .slower : expected
        #expect(verdict(of: fast, slow) == mirrored)
    }

    @Test("the chance that Moses' interval misses is two over the binomial coefficient")
    func mosesMissChance() {
        #expect(RatioInterval.mosesMissChance(3, 6) == 2.0 / 84)
        #expect(RatioInterval.mosesMissChance(1, 1) == 1)
        #expect(abs(RatioInterval.mosesMissChance(2, 12) - 2.0 / 91) < 1e-15)
    }

    @Test("a time of zero gives a finite interval that JSON can hold")
    func zeroTimes() throws {
        let ratio = interval(of: Array(repeating: 1, count: 8), Array(repeating: 0, count: 8))
        #expect(ratio.interval.upperBound.isFinite)
        _ = try JSONEncoder().encode(ratio.interval.upperBound)
    }

    @Test(
        "the interval holds the true ratio about 95 times in 100",
        arguments: [(6, 6), (15, 15), (3, 18)]
    )
    func coverage(before: Int, after: Int) async {
        let seed = UInt64.random(in: 0...UInt64.max)
        var generator = SplitMix64(seed: seed)
        let trials = 200
        var covered = 0
        var falseVerdicts = 0
        for _ in 0..<trials {
            // Other tests measure times on the same two threads.
            await Task.yield()
            // Times are skewed to the right: log-normal. Equal spread, medians 3 : 1.
            let slow = (0..<before).map { _ in 3 * exp(0.3 * normal(using: &generator)) }
            let fast = (0..<after).map { _ in exp(0.3 * normal(using: &generator)) }
            let ratio = Self.interval(of: slow, fast, using: &generator)
            if ratio.contains(3) { covered += 1 }
            let same = (0..<after).map { _ in 3 * exp(0.3 * normal(using: &generator)) }
            if !Self.interval(of: slow, same, using: &generator).contains(1) { falseVerdicts += 1 }
        }
        // 200 trials of 95 % have a standard deviation of 1.5 points; the percentile bootstrap of a median is known to
        // be a few points off for small samples.
        #expect(Double(covered) / Double(trials) > 0.88, "seed \(seed)")
        #expect(Double(falseVerdicts) / Double(trials) < 0.12, "seed \(seed)")
    }

    @Test("what is peculiar to sessions makes no difference between ways: two of the same, five sessions each")
    func sessions() async {
        let seed = UInt64.random(in: 0...UInt64.max)
        var generator = SplitMix64(seed: seed)
        // So many that chance alone does not reach the bound: the rate is about 0.11, its deviation 0.011.
        let trials = 800
        var falseVerdicts = (ofSessions: 0, ofOneHeap: 0)
        for _ in 0..<trials {
            await Task.yield()
            let (before, after) = (sessions(using: &generator), sessions(using: &generator))
            if !Self.interval(of: before, after, using: &generator).contains(1) { falseVerdicts.ofSessions += 1 }
            let heaps = (SessionSample(before.times), SessionSample(after.times))
            if !Self.interval(of: heaps.0, heaps.1, using: &generator).contains(1) { falseVerdicts.ofOneHeap += 1 }
        }
        // Five sessions are few: by theory the interval is up to a tenth too narrow.
        #expect(Double(falseVerdicts.ofSessions) / Double(trials) < 0.15, "seed \(seed)")
        #expect(Double(falseVerdicts.ofOneHeap) / Double(trials) > 0.3, "the runs alone do not show it, seed \(seed)")
    }

    @Test("what strikes both ways at the same time makes no interval wide")
    func drift() {
        var generator = SplitMix64(seed: 3)
        var (before, after) = (SessionSample(sessions: 5), SessionSample(sessions: 5))
        for (session, load) in [1.0, 4, 1, 2, 8].enumerated() {
            for _ in 0..<20 {
                before.append(2 * load * exp(0.02 * normal(using: &generator)), of: session)
                after.append(load * exp(0.02 * normal(using: &generator)), of: session)
            }
        }
        let interval = Self.interval(of: before, after, using: &generator)
        #expect(interval.lowerBound > 1.8 && interval.upperBound < 2.2, "\(interval)")
    }

    /// Five sessions, each a tenth faster or slower than it should be, of twenty runs.
    private func sessions(using generator: inout SplitMix64) -> SessionSample {
        var sample = SessionSample(sessions: 5)
        for session in 0..<5 {
            let factor = exp(0.1 * normal(using: &generator))
            for _ in 0..<20 { sample.append(factor * exp(0.05 * normal(using: &generator)), of: session) }
        }
        return sample
    }

    private static func interval(
        of before: [Double],
        _ after: [Double],
        using generator: inout SplitMix64
    ) -> ClosedRange<Double> {
        interval(of: SessionSample(before), SessionSample(after), using: &generator)
    }

    private static func interval(
        of before: SessionSample,
        _ after: SessionSample,
        using generator: inout SplitMix64
    ) -> ClosedRange<Double> {
        RatioInterval(before: before, after: after, resamples: 120, using: &generator).interval
    }

    @Test("the same seed gives the same interval")
    func seeded() {
        let before = (0..<20).map { 2 + Double($0 * 7 % 11) }
        let after = (0..<20).map { 1 + Double($0 * 5 % 13) }
        #expect(interval(of: before, after, seed: 7) == interval(of: before, after, seed: 7))
    }

    private func interval(of before: [Double], _ after: [Double], seed: UInt64 = 1) -> RatioInterval {
        var generator = SplitMix64(seed: seed)
        return RatioInterval(before: SessionSample(before), after: SessionSample(after), using: &generator)
    }

    private func verdict(of before: [Double], _ after: [Double]) -> Proof.Verdict {
        let ratio = interval(of: before, after)
        let side = Proof.Side(medianSeconds: 1, p95Seconds: 1, statements: 1, roundTrips: 1, rows: 1, bytes: 1)
        return Proof(
            before: side,
            after: side,
            runs: min(before.count, after.count),
            ratio: ratio.ratio,
            ratioInterval: ratio.interval,
            resultsAreEqual: true
        )
        .verdict
    }

    /// Box and Muller, 1958.
    private func normal(using generator: inout SplitMix64) -> Double {
        let radius = (-2 * log(Double.random(in: Double.leastNormalMagnitude..<1, using: &generator))).squareRoot()
        return radius * cos(2 * .pi * Double.random(in: 0..<1, using: &generator))
    }
}
