import Foundation
import Martlet
import MartletCore
import Testing

@Suite("Eviction policy")
struct EvictionPolicyTests {
    /// Best of LRU, ARC, SIEVE, S3-FIFO, theine and moka, as measured beside one another, in per cent.
    private static let bestOfPeers = [("gli", 1_000, 50.8), ("multi3", 1_000, 51.4), ("loop", 512, 49.8)]
    private static let traceFolder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../../../shared/cache-traces").standardizedFileURL
    /// More requests show more, and take longer: a table for people comes from 300,000.
    private static let requests =
        ProcessInfo.processInfo.environment["MARTLET_TRACE_REQUESTS"].flatMap { Int($0) } ?? 40_000
    private static let traces: [RequestTrace] = {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("traces of seed \(seed)")
        var generator = RequestGenerator(requests: requests, seed: seed)
        return generator.all()
    }()

    @Test(
        "is at most two points below the best of its peers on their traces",
        .enabled(
            if: FileManager.default.fileExists(atPath: traceFolder.path),
            "the traces are not part of the project"
        ),
        arguments: bestOfPeers
    )
    func knownTraces(name: String, capacity: Int, best: Double) throws {
        let trace = try RequestTrace(name, capacity: capacity, folder: Self.traceFolder, requestsMax: 200_000)
        let ratio = try Self.hitRatio(trace) * 100
        Self.printRow(trace, ratio: ratio)
        #expect(ratio >= best - 2)
    }

    @Test("never falls far below LRU, whatever the traffic", arguments: traces)
    func generatedTraces(trace: RequestTrace) throws {
        let ratio = try Self.hitRatio(trace) * 100
        let lru = Self.printRow(trace, ratio: ratio)
        #expect(ratio >= lru - 3)
    }

    @Test("has more hits than LRU, SIEVE and S3-FIFO in the mean of all traffic")
    func meanOfTraces() throws {
        let ours = try Self.traces.map(Self.hitRatio).reduce(0, +)
        for peer in PeerPolicy.allCases {
            let theirs = Self.traces.map { Double(peer.hits($0)) / Double($0.keys.count) }.reduce(0, +)
            #expect(ours > theirs, "\(peer)")
        }
    }

    @Test("never holds more than it may, and says so of every slot that goes", arguments: [1, 10, 1_000])
    func capacity(weightMax: Int) throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("weights of seed \(seed)")
        var random = SplitMix64(seed: seed)
        var policy = EvictionPolicy(weightMax: weightMax, entriesExpected: 10, seed: seed)
        var weights: [Int: Int] = [:]
        for _ in 0..<20_000 {
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<6:
                let weight = Int.random(in: 0...max(1, weightMax / 5), using: &random)
                var evicted: [Int] = []
                let slot = policy.insert(hash: random.next() % 500, weight: weight, evicted: &evicted)
                #expect(weights[slot] == nil)
                weights[slot] = weight
                for slot in evicted { weights[slot] = nil }
            case 6: policy.recordHit(Int.random(in: 0..<2_000, using: &random))
            case 7..<9: if let slot = weights.keys.randomElement(using: &random) { policy.recordHit(slot) }
            default:
                guard let slot = weights.keys.randomElement(using: &random) else { continue }
                policy.remove(slot)
                weights[slot] = nil
            }
            try #require(policy.weight <= weightMax)
            try #require(policy.weight == weights.values.reduce(0, +) && policy.count == weights.count)
        }
    }

    /// Hits per request of our policy; fails when it holds more than it may.
    private static func hitRatio(_ trace: RequestTrace) throws -> Double {
        var policy = EvictionPolicy(weightMax: trace.capacity, entriesExpected: trace.capacity, seed: 1)
        var slots = [Int](repeating: -1, count: trace.keyCount)
        var keys: [Int] = []
        var evicted: [Int] = []
        var hits = 0
        for key in trace.keys {
            if slots[key] >= 0 {
                hits += 1
                policy.recordHit(slots[key])
                continue
            }
            var mixer = SplitMix64(seed: UInt64(key))
            let slot = policy.insert(hash: mixer.next(), weight: 1, evicted: &evicted)
            if slot == keys.count { keys.append(key) } else { keys[slot] = key }
            slots[key] = slot
            for slot in evicted { slots[keys[slot]] = -1 }
            evicted.removeAll(keepingCapacity: true)
        }
        try #require(policy.count <= trace.capacity)
        return Double(hits) / Double(trace.keys.count)
    }

    /// Prints one line of the table and returns what LRU had.
    @discardableResult
    private static func printRow(_ trace: RequestTrace, ratio: Double) -> Double {
        let peers = PeerPolicy.allCases.map { Double($0.hits(trace)) * 100 / Double(trace.keys.count) }
        let columns = zip(PeerPolicy.allCases, peers).map { String(format: "%@ %5.1f", $0.rawValue, $1) }
        let name = trace.name.padding(toLength: 20, withPad: " ", startingAt: 0)
        print(name, columns.joined(separator: "  "), String(format: " ours %5.1f", ratio))
        return peers[0]
    }
}
