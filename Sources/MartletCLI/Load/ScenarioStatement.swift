import MartletCore

/// What may stand in a scenario: a statement that keeps to its run.
///
/// A session is read-only by a setting of its own on PostgreSQL, and on both engines it serves other runs afterwards.
/// So a statement neither begins nor ends a transaction, nor changes what holds for the session.
enum ScenarioStatement {
    private static let wordsOfTransactions: Set<String> = [
        "begin", "start", "commit", "end", "rollback", "abort", "savepoint", "release",
    ]
    private static let wordsOfSettings: Set<String> = ["set", "reset", "discard", "pragma", "attach", "detach"]

    /// Why a text cannot stand in a scenario, and what to write instead; nil if it can.
    static func objection(to text: String, writes: Bool, _ dialect: Dialect) -> String? {
        let statements = ScriptSplitter.statements(of: text, dialect: dialect)
        guard let statement = statements.first else { return "has an empty statement; leave it out" }
        guard statements.count == 1 else {
            return "has \(statements.count) statements in one text; make each an entry of the list `sql`"
        }
        let words = SQLWord.words(of: String(statement), dialect: dialect)
        guard let verb = words.first, verb.kind == .name else { return nil }
        let isPrepared = verb.is("prepare") && words.dropFirst().first?.is("transaction") == true
        if wordsOfTransactions.contains(verb.text) || isPrepared {
            return "must not begin or end a transaction by \(verb.text.uppercased()); say `transaction: true`, which "
                + "makes its statements one"
        }
        if wordsOfSettings.contains(verb.text) { return objection(toSettingBy: verb.text.uppercased()) }
        guard dialect == .postgres else { return nil }
        let calls = zip(words, words.dropFirst()).contains { $0.isName && $0.text == "set_config" && $1.isSymbol("(") }
        if calls { return objection(toSettingBy: "set_config") }
        // Its text is a string, which may say any of these.
        return verb.is("do") && !writes ? "must say `writes: true` at the top of the file to use DO" : nil
    }

    private static func objection(toSettingBy word: String) -> String {
        "must not change its session by \(word), as other runs use it afterwards; say `writes: true` at the top of the "
            + "file to write and `transaction: true` for one transaction, and leave other settings to the database"
    }
}
