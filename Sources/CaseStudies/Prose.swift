/// Words without sense that are cheap to make and compress like text.
struct Prose: Sendable {
    private static let words = [
        "the", "answer", "depends", "on", "your", "data", "please", "show", "me", "how", "it", "works", "with",
        "a", "table", "and", "index", "thank", "you", "again", "could", "this", "be", "faster", "when", "we", "count",
    ]
    /// Excerpts begin anywhere in this many bytes.
    private static let poolBytes = 65_536
    /// Lengths of an excerpt: with its row about 300 bytes on the mean.
    private static let lengths = 20...380

    private let pool: [UInt8]

    init(using random: inout some RandomNumberGenerator) {
        var pool: [UInt8] = []
        while pool.count < Self.poolBytes {
            pool += Self.words[Int.random(in: Self.words.indices, using: &random)].utf8
            pool.append(UInt8(ascii: " "))
        }
        self.pool = pool
    }

    func excerpt(using random: inout some RandomNumberGenerator) -> String {
        let length = Int.random(in: Self.lengths, using: &random)
        let start = Int.random(in: 0..<(pool.count - length), using: &random)
        return String(decoding: pool[start..<(start + length)], as: UTF8.self)
    }
}
