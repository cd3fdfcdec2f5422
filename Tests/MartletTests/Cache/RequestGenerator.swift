import Foundation
import MartletCore

/// Makes traces of many kinds from a seed.
struct RequestGenerator {
    private let requests: Int
    private var random: SplitMix64
    private let skewed: [Double]
    private let flatter: [Double]

    init(requests: Int, seed: UInt64) {
        self.requests = requests
        random = SplitMix64(seed: seed)
        skewed = Self.zipf(keys: 50_000, exponent: 1)
        flatter = Self.zipf(keys: 20_000, exponent: 0.9)
    }

    /// One of each kind.
    mutating func all() -> [RequestTrace] {
        [
            RequestTrace("zipf 1.0", capacity: 1_000, times(requests) { $0.pick($0.skewed) }),
            RequestTrace("zipf 0.9", capacity: 1_000, times(requests) { $0.pick($0.flatter) }),
            RequestTrace("zipf and scans", capacity: 1_000, scans(length: 1_500, repeated: false)),
            RequestTrace("zipf and one scan", capacity: 1_000, scans(length: 3_000, repeated: true)),
            RequestTrace("loop × 1.1", capacity: 500, loop(550)),
            RequestTrace("loop × 2", capacity: 500, loop(1_000)),
            RequestTrace("loop × 4", capacity: 500, loop(2_000)),
            RequestTrace("zipf, shifting", capacity: 1_000, shifting()),
            RequestTrace("zipf, drifting", capacity: 1_000, drifting()),
            RequestTrace("recent", capacity: 1_000, recent(depth: 300, uses: 5, zipfShare: 0, requests)),
            RequestTrace("recent, deep", capacity: 1_000, recent(depth: 800, uses: 3, zipfShare: 0, requests)),
            RequestTrace("recent and zipf", capacity: 1_000, recent(depth: 400, uses: 4, zipfShare: 0.3, requests)),
            RequestTrace("bursts", capacity: 1_000, bursts()),
            RequestTrace("one-hit wonders", capacity: 1_000, wonders(share: 0.4)),
            RequestTrace("phases", capacity: 1_000, phases()),
        ]
    }

    private static func zipf(keys: Int, exponent: Double) -> [Double] {
        var sum = 0.0
        return (1...keys)
            .map { rank in
                sum += pow(Double(rank), -exponent)
                return sum
            }
    }

    private mutating func pick(_ sums: [Double]) -> Int {
        let point = Double.random(in: 0..<sums[sums.count - 1], using: &random)
        var (low, high) = (0, sums.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if sums[middle] > point { high = middle } else { low = middle + 1 }
        }
        return low
    }

    private mutating func times(_ count: Int, _ key: (inout Self) -> Int) -> [Int] {
        (0..<count).map { _ in key(&self) }
    }

    private mutating func happens(_ share: Double) -> Bool {
        Double.random(in: 0..<1, using: &random) < share
    }

    /// Two thousand skewed requests, then a scan, in turns.
    private mutating func scans(length: Int, repeated: Bool) -> [Int] {
        var keys: [Int] = []
        var next = 1_000_000
        while keys.count < requests {
            keys += times(2_000) { $0.pick($0.flatter) }
            keys += next..<next + length
            if !repeated { next += length }
        }
        return keys
    }

    private func loop(_ length: Int) -> [Int] {
        (0..<requests).map { $0 % length }
    }

    /// All keys change their popularity ten times.
    private mutating func shifting() -> [Int] {
        (0..<requests).map { pick(flatter) + $0 * 10 / requests * 100_000 }
    }

    /// Popularity moves on by a key every fifty requests.
    private mutating func drifting() -> [Int] {
        (0..<requests).map { pick(skewed) + $0 / 50 }
    }

    /// What an application does with its own rows: new ones, used again soon, then not any more.
    private mutating func recent(depth: Double, uses: Int, zipfShare: Double, _ count: Int) -> [Int] {
        let first = 10_000_000
        var next = first
        return times(count) { generator in
            if generator.happens(zipfShare) { return generator.pick(generator.flatter) }
            if next == first || generator.happens(1 / Double(uses)) {
                next += 1
                return next - 1
            }
            let back = -log(Double.random(in: .leastNonzeroMagnitude..<1, using: &generator.random)) * depth
            return max(first, next - 1 - Int(back))
        }
    }

    /// Blocks of 400 keys, each gone through three times.
    private func bursts() -> [Int] {
        (0..<requests).map { $0 / 1_200 * 400 + $0 % 400 }
    }

    private mutating func wonders(share: Double) -> [Int] {
        var next = 50_000_000
        return times(requests) { generator in
            guard generator.happens(share) else { return generator.pick(generator.flatter) }
            next += 1
            return next
        }
    }

    private mutating func phases() -> [Int] {
        let length = requests / 4
        return times(length) { $0.pick($0.flatter) } + (0..<length).map { 3_000_000 + $0 % 1_300 }
            + recent(depth: 400, uses: 5, zipfShare: 0, length) + times(length) { $0.pick($0.skewed) }
    }
}
