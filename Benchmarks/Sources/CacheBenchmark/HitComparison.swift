import Martlet
import Synchronization

/// Hits of a cache beside a dictionary under one lock.
struct HitComparison {
    private final class LockedDictionary: Sendable {
        let values: Mutex<[Int: Int]>
        init(_ count: Int) { values = Mutex(Dictionary(uniqueKeysWithValues: (0..<count).map { ($0, $0) })) }
    }

    private static let keys = 10_000
    private static let requests = 500_000
    private static let rounds = 9
    private let threads: Int

    init(threads: Int) { self.threads = threads }

    func report() async throws {
        let dictionary = LockedDictionary(Self.keys)
        // Full, so that every hit counts for what is evicted next.
        let cache = Cache<Int, Int>(entriesMax: Self.keys)
        for key in 0..<Self.keys { _ = try await cache.value(for: key) { key } }
        var (plain, looked, asked) = ([Double](), [Double](), [Double]())
        for _ in 0..<Self.rounds {
            plain.append(try await nanoseconds { key in dictionary.values.withLock { $0[key] } ?? 0 })
            looked.append(
                try await nanoseconds { key in if case .value(let value) = cache.lookup(key) { value } else { 0 } }
            )
            asked.append(try await nanoseconds { key in try await cache.value(for: key) { 0 } ?? 0 })
        }
        let base = plain.median
        print(
            "  \(threads) thread(s): dictionary under a lock \(base.rounded()), lookup \(looked.median.rounded())",
            "(× \(ratio(looked.median, base))), value(for:) \(asked.median.rounded()) (× \(ratio(asked.median, base)))"
        )
    }

    private func nanoseconds(_ read: @escaping @Sendable (Int) async throws -> Int) async throws -> Double {
        let start = ContinuousClock.now
        try await withThrowingTaskGroup { group in
            for thread in 0..<threads {
                group.addTask {
                    var (state, sum) = (UInt64(thread + 1), 0)
                    for _ in 0..<Self.requests {
                        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                        // The product of two numbers: small keys come more often.
                        let key = Int((state >> 33) % 100) * Int((state >> 48) % 100)
                        sum &+= try await read(key)
                    }
                    return sum
                }
            }
            try await group.waitForAll()
        }
        return (ContinuousClock.now - start) / .nanoseconds(1) / Double(Self.requests)
    }
}

func ratio(_ left: Double, _ right: Double) -> Double { (left / right * 100).rounded() / 100 }

extension [Double] {
    var median: Double { sorted()[count / 2] }
    func percentile(_ share: Double) -> Double { sorted()[Swift.min(count - 1, Int(Double(count) * share))] }
}
