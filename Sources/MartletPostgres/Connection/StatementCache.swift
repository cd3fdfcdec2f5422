/// The prepared statements of one connection, bounded.
struct StatementCache {
    /// A server keeps a parse tree and plans for each: some 10 to 100 kB. asyncpg's default is 100, JDBC's 256.
    static let statementsMax = 256

    private var statements: [String: PreparedStatement] = [:]
    /// Texts without values that were seen once: worth preparing when they are seen again.
    private var seenOnce: Set<String> = []
    private var uses = 0
    private var namesGiven = 0
    /// The last answer: the same text is often asked for again, and comparing it costs less than hashing it.
    private var last: (text: String, statement: PreparedStatement)?

    mutating func statement(_ text: String) -> PreparedStatement? {
        if let last, last.text == text { return last.statement }
        guard let statement = statements[text] else { return nil }
        uses += 1
        statement.lastUse = uses
        last = (text, statement)
        return statement
    }

    /// Says whether the text was seen before, and remembers it.
    mutating func isRepeated(_ text: String) -> Bool {
        if seenOnce.remove(text) != nil { return true }
        if seenOnce.count >= Self.statementsMax { seenOnce.removeAll() }
        seenOnce.insert(text)
        return false
    }

    mutating func newName() -> String {
        namesGiven += 1
        return "martlet_\(namesGiven)"
    }

    /// Keeps a statement, and returns the one that had to go for it.
    mutating func insert(_ statement: PreparedStatement, for text: String) -> PreparedStatement? {
        uses += 1
        statement.lastUse = uses
        statements[text] = statement
        last = (text, statement)
        guard statements.count > Self.statementsMax,
            let oldest = statements.min(by: { $0.value.lastUse < $1.value.lastUse })
        else { return nil }
        return statements.removeValue(forKey: oldest.key)
    }

    mutating func remove(_ text: String) {
        last = nil
        statements[text] = nil
    }
}
