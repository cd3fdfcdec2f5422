import MartletCore

/// What may stand in a scenario: a statement that keeps to its run.
///
/// A session is read-only by a setting of its own on PostgreSQL, and on both engines it serves other runs afterwards.
/// So a statement neither begins nor ends a transaction, nor changes what holds for the session. What it sets for a
/// transaction that writes anyway ends with it.
struct ScenarioStatement {
    private static let wordsOfTransactions: Set<String> = [
        "begin", "start", "commit", "end", "rollback", "abort", "savepoint", "release",
    ]
    private static let wordsOfSettings: Set<String> = ["set", "reset", "discard", "pragma", "attach", "detach"]

    let dialect: Dialect
    /// Whether the scenario may write.
    let writes: Bool
    /// Whether its operation is a transaction.
    let isTransaction: Bool

    /// Why a text cannot stand there, and what to write instead; nil if it can.
    func objection(to text: String) -> String? {
        let statements = ScriptSplitter.statements(of: text, dialect: dialect)
        guard let statement = statements.first else { return "has an empty statement; leave it out" }
        guard statements.count == 1 else {
            return "has \(statements.count) statements in one text; make each an entry of the list `sql`"
        }
        // A query may stand in parentheses.
        let words = SQLWord.words(of: String(statement), dialect: dialect).drop { $0.isSymbol("(") }
        guard let verb = words.first else { return nil }
        let next = words.dropFirst().first
        let isPrepared = verb.is("prepare") && next?.is("transaction") == true
        if verb.isName, Self.wordsOfTransactions.contains(verb.text) || isPrepared {
            return "must not begin or end a transaction by \(verb.text.uppercased()); say `transaction: true`, which "
                + "makes its statements one"
        }
        if verb.isName, Self.wordsOfSettings.contains(verb.text) {
            let isLocal = endsWithRun && verb.is("set") && next?.is("local") == true
            return isLocal ? nil : objection(toSettingBy: verb.text.uppercased())
        }
        guard dialect == .postgres else { return nil }
        if setsSession(Array(words)) { return objection(toSettingBy: "set_config") }
        // Its text is a string, which may say any of these.
        return verb.is("do") && !writes ? "must say `writes: true` at the top of the file to use DO" : nil
    }

    /// Whether what is set for the transaction ends with the run, and cannot make it write that may not.
    private var endsWithRun: Bool { writes && isTransaction }

    /// Whether `set_config` is called with anything but `true` at its end, which is for the transaction alone.
    private func setsSession(_ words: [SQLWord]) -> Bool {
        words.indices.dropLast()
            .contains { position in
                guard words[position].isName, words[position].text == "set_config", words[position + 1].isSymbol("(")
                else { return false }
                return !endsWithRun || !lastArgument(of: words, from: position + 1).is("true")
            }
    }

    /// The word before the parenthesis that closes the one at a position.
    private func lastArgument(of words: [SQLWord], from start: Int) -> SQLWord {
        var depth = 0
        for position in words.indices[start...] {
            if words[position].isSymbol("(") { depth += 1 }
            if words[position].isSymbol(")") { depth -= 1 }
            if depth == 0 { return words[position - 1] }
        }
        return words[start]
    }

    private func objection(toSettingBy word: String) -> String {
        "must not change its session by \(word), as other runs use it afterwards; say `writes: true` at the top of the "
            + "file to write and `transaction: true` for one transaction, in which SET LOCAL is allowed"
    }
}
