import CPgQuery
import MartletCore

/// Something that reads a statement, and is measured.
struct Candidate: Sendable {
    /// What it is called in the table.
    let name: String
    /// Reads one statement; the bits keep the reading from being optimised away.
    let run: @Sendable (String) -> UInt64

    /// Those that are compared; they take turns within each round.
    static let all = [
        Candidate(name: "fingerprint") { Fingerprint(of: $0, dialect: .postgres).bits },
        Candidate(name: "fingerprint, SQLite") { Fingerprint(of: $0, dialect: .sqlite).bits },
        Candidate(name: "normal form") { NormalForm(of: $0, dialect: .postgres).fingerprint.bits },
        Candidate(name: "libpg_query") { statement in
            let result = pg_query_fingerprint(statement)
            defer { pg_query_free_fingerprint_result(result) }
            return result.fingerprint
        },
    ]

    /// CPU time that a candidate gets per round, so that slow ones do not hold up the rest.
    private static let secondsPerRound = 0.05

    /// Megabytes per CPU-second over one corpus.
    func rate(over corpus: Corpus) -> Double {
        var bytes = 0
        var bits: UInt64 = 0
        var seconds = 0.0
        var next = 0
        let slice = max(1, corpus.statements.count / 20)
        while seconds < Self.secondsPerRound {
            seconds += Stopwatch.cpuSeconds {
                for _ in 0..<slice {
                    let statement = corpus.statements[next]
                    bits ^= run(statement)
                    bytes += statement.utf8.count
                    next = (next + 1) % corpus.statements.count
                }
            }
        }
        withExtendedLifetime(bits) {}
        return Double(bytes) / seconds / 1e6
    }
}
