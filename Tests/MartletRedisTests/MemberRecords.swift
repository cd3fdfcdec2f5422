/// What several processes say of their writes and reads, put together.
struct MemberRecords: CustomStringConvertible {
    private var acknowledged: [Int: [(version: Int, at: Int)]] = [:]
    private var seen: [(key: Int, version: Int, lastBegan: Int, process: Int)] = []
    private(set) var reads = 0
    private(set) var hits = 0
    private(set) var sharedHits = 0
    private(set) var missedOwn = 0

    var writes: Int { acknowledged.values.reduce(0) { $0 + $1.count } }

    var description: String {
        "\(writes) writes, \(reads) reads, \(hits) hits, \(sharedHits) from the second tier, "
            + "the oldest answer \(oldest / 1_000_000) ms behind"
    }

    /// Takes what one process has printed.
    mutating func add(_ text: String, process: Int) {
        for line in text.split(separator: "\n") {
            let numbers = line.split(separator: " ").dropFirst().compactMap { Int($0) }
            switch line.prefix(4) {
            case "writ": acknowledged[numbers[0], default: []].append((numbers[1], numbers[2]))
            case "read": seen.append((numbers[0], numbers[1], numbers[2], process))
            case "end ":
                reads += numbers[0]
                hits += numbers[1]
                sharedHits += numbers[2]
                missedOwn += numbers[3]
            default: break
            }
        }
    }

    /// Answers that were given although a newer version had been acknowledged for longer than the bound, when they were
    /// asked for.
    func stale(after bound: Duration) -> Int { behind.count { $0 > Int(bound / .nanoseconds(1)) } }

    private var oldest: Int { behind.max() ?? 0 }

    /// By how much each answer was behind at its latest: since when a newer version had been acknowledged.
    private var behind: [Int] {
        seen.map { answer in
            let newer = acknowledged[answer.key, default: []].first { $0.version > answer.version }
            return max(0, newer.map { answer.lastBegan - $0.at } ?? 0)
        }
    }
}
