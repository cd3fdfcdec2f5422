import MartletCore

/// Random texts: bytes, scraps of SQL, and statements of the corpus with bytes changed.
struct RandomTexts {
    private static let scraps = [
        "'", "''", "\"", "$$", "$a$", "E'", "\\", "/*", "*/", "--", "\n", " ", "(", ")", "[", "]", ",", ";", ".", "..",
        ":", "::", ":=",
        "?", "?|", "@", "@>", "%s", "%(a)s", "=", "<", ">", "-", "+", "*", "/", "!", "|", "#", "`", "~", "$1", "$a",
        ":a", "1", "1.5", "0x1f",
        "1e-5", "e", "a", "B", "é", "\u{0}", "SELECT", "IN", "VALUES", "NULL", "DEFAULT", "IS", "NOT", "SET", "TO",
        "ARRAY", "ANY", "BEGIN",
        "ATOMIC", "CASE", "END", "CREATE", "TRIGGER", "U&'", "U&\"", "x'", "SAVEPOINT", "FETCH", "FROM", "int", "with",
        "time", "zone",
    ]
    .map { Array($0.utf8) }

    private let statements: [[UInt8]]
    private var random: SplitMix64

    init(seed: UInt64) throws {
        statements = try StatementCorpus.workloads().joined().map { Array($0.utf8) }.filter { $0.count < 1000 }
        random = SplitMix64(seed: seed)
    }

    mutating func next() -> [UInt8] {
        switch Int.random(in: 0..<4, using: &random) {
        case 0:
            return (0..<Int.random(in: 0...60, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
        case 1, 2: return (0..<Int.random(in: 0...25, using: &random)).flatMap { _ in scrap() }
        default:
            var text = statements[Int.random(in: 0..<statements.count, using: &random)]
            for _ in 0..<Int.random(in: 0...5, using: &random) {
                let index = Int.random(in: 0...text.count, using: &random)
                let end = min(text.count, index + Int.random(in: 0...8, using: &random))
                text.replaceSubrange(index..<end, with: scrap())
            }
            return text
        }
    }

    private mutating func scrap() -> [UInt8] {
        Self.scraps[Int.random(in: 0..<Self.scraps.count, using: &random)]
    }
}
