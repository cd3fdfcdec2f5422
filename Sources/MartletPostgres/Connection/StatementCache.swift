internal import MartletCore

/// The prepared statements of one connection, bounded.
struct StatementCache {
    /// As many as JDBC keeps; asyncpg keeps 100.
    ///
    /// A server holds a parse tree and plans for each, some 10 to 100 kB.
    static let statementsMax = 256

    private var statements: [StatementText: PreparedStatement] = [:]
    /// Texts without values that were seen once: worth preparing when they are seen again.
    private var seenOnce: Set<StatementText> = []
    /// Statements that are no longer kept here, but by the server until it is told.
    private var doomed: [PreparedStatement] = []
    private var uses = 0
    private var namesGiven = 0
    /// The last answer: the same text is often asked for again, and comparing it costs less than hashing it.
    private var last: (text: StatementText, statement: PreparedStatement)?

    mutating func statement(_ text: String) -> PreparedStatement? {
        if let last, last.text.equals(text) { return last.statement }
        let text = StatementText(text)
        guard let statement = statements[text] else { return nil }
        uses += 1
        statement.lastUse = uses
        last = (text, statement)
        return statement
    }

    /// Says whether the text was seen before, and remembers it.
    mutating func isRepeated(_ text: String) -> Bool {
        let text = StatementText(text)
        if seenOnce.remove(text) != nil { return true }
        if seenOnce.count >= Self.statementsMax { seenOnce.removeAll() }
        seenOnce.insert(text)
        return false
    }

    mutating func newName() -> String {
        namesGiven += 1
        return "martlet_\(namesGiven)"
    }

    /// Keeps a statement.
    mutating func insert(_ statement: PreparedStatement, for text: String) {
        let text = StatementText(text)
        uses += 1
        statement.lastUse = uses
        if let former = statements.updateValue(statement, forKey: text) { doomed.append(former) }
        last = (text, statement)
        guard statements.count > Self.statementsMax,
            let oldest = statements.min(by: { $0.value.lastUse < $1.value.lastUse }),
            let evicted = statements.removeValue(forKey: oldest.key)
        else { return }
        doomed.append(evicted)
    }

    /// Forgets a statement, which the server may still know.
    mutating func remove(_ text: String) {
        last = nil
        if let former = statements.removeValue(forKey: StatementText(text)) { doomed.append(former) }
    }

    /// Forgets all, as the server has.
    mutating func removeAll() {
        last = nil
        statements.removeAll()
        doomed.removeAll()
    }

    /// The statements that the server is to forget.
    mutating func takeDoomed() -> [PreparedStatement] {
        defer { doomed.removeAll() }
        return doomed
    }
}
