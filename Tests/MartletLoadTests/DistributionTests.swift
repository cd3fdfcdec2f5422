import Foundation
import MartletCore
import MartletLoad
import Testing

@Suite struct DistributionTests {
    @Test(
        "draws ranks as often as the law says",
        arguments: [(10, 0.0), (10, 0.5), (10, 1.0), (1_000, 1.0), (1_000, 1.3), (1, 1.0), (2, 2.5)]
    )
    func zipf(_ count: Int, _ exponent: Double) {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SplitMix64(seed: seed)
        let distribution = ZipfDistribution(count: count, exponent: exponent)
        let draws = 100_000
        var seen = [Int](repeating: 0, count: count + 1)
        for _ in 0..<draws { seen[distribution.next(using: &random)] += 1 }
        #expect(seen[0] == 0 && seen.reduce(0, +) == draws)
        let weights = (1...count).map { pow(Double($0), -exponent) }
        let total = weights.reduce(0, +)
        for rank in 1...min(count, 10) {
            let expected = Double(draws) * weights[rank - 1] / total
            // Six standard deviations: one false alarm in some hundred million.
            let deviation = 6 * expected.squareRoot() + 1
            #expect(abs(Double(seen[rank]) - expected) <= deviation, "seed \(seed): rank \(rank) of \(seen[rank])")
        }
    }

    @Test("draws from the widest spans", arguments: [0.0, 0.5, 1.0, 3.0])
    func widest(_ exponent: Double) {
        var random = SplitMix64(seed: 1)
        let distribution = ZipfDistribution(count: ZipfDistribution.countMax, exponent: exponent)
        for _ in 0..<1_000 {
            #expect((1...ZipfDistribution.countMax).contains(distribution.next(using: &random)))
        }
        let all = ParameterSource(.integers(.min ... .max))
        #expect(Set((0..<100).map { _ in all.next(using: &random) }).count == 100)
        let counts: [ParameterSource.Values] = [
            .integers(.min ... .max), .integers(0 ... .max), .integers(1 ... .max), .integers(-1...1),
        ]
        #expect(counts.map(\.count) == [.max, .max, .max, 3])
    }

    @Test("draws from ranges and lists, and writes what it drew into a text")
    func sources() {
        var random = SplitMix64(seed: 1)
        let numbers = ParameterSource(.integers(-2...2))
        let drawn = Set((0..<1_000).map { _ in numbers.next(using: &random) })
        #expect(drawn == Set((-2...2).map { Value.integer($0) }))
        let words = ParameterSource(.list(["a", nil, 3]), distribution: .zipf(exponent: 1))
        #expect(Set((0..<1_000).map { _ in words.next(using: &random) }) == ["a", nil, 3])
        let mail = ParameterSource(.integers(7...7), format: "user%d@example.com")
        #expect(mail.next(using: &random) == "user7@example.com")
        let skewed = ParameterSource(.integers(100...199), distribution: .zipf(exponent: 1.2))
        let first = (0..<1_000).count { _ in skewed.next(using: &random) == 100 }
        #expect(first > 150, "the first of a range is the most frequent: \(first)")
    }
}
