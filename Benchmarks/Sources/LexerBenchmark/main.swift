import Foundation

/// Rounds of which the median is taken.
let rounds = 7

print("MB of SQL text per CPU-second, median of \(rounds) rounds (least ... most)")
for corpus in Corpus.all {
    var rates = [[Double]](repeating: [], count: Candidate.all.count)
    for _ in 0..<rounds {
        for (index, candidate) in Candidate.all.enumerated() {
            rates[index].append(candidate.rate(over: corpus))
        }
    }
    print("\n\(corpus.name), \(corpus.sizeBytes / corpus.statements.count) bytes each")
    for (candidate, values) in zip(Candidate.all, rates) {
        let sorted = values.sorted()
        let name = candidate.name.padding(toLength: 20, withPad: " ", startingAt: 0)
        let figures = String(format: "%8.1f  (%.1f ... %.1f)", sorted[rounds / 2], sorted[0], sorted[rounds - 1])
        print("  \(name) \(figures)")
    }
}
