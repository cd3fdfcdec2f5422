/// Which table each name in a statement stands for.
///
/// SQLite's plans name a table by its alias alone, so the statement has to tell what that is.
struct TableAliases: Sendable {
    private var tables: [String: Set<String>] = [:]

    /// Words that may follow a table's name without being its alias.
    private static let notAliases: Set<String> = [
        "ON", "USING", "WHERE", "GROUP", "ORDER", "LIMIT", "JOIN", "LEFT", "RIGHT", "FULL", "INNER", "CROSS", "NATURAL",
        "OUTER", "SET", "VALUES", "SELECT", "UNION", "EXCEPT", "INTERSECT", "HAVING", "WINDOW", "INDEXED", "NOT",
        "RETURNING", "DEFAULT", "AS", "AND", "OR", "IN", "IS", "LIKE", "BETWEEN", "THEN", "ELSE", "END", "ASC", "DESC",
    ]

    /// Reads statements and the views they name; `known` gives the proper name of a table for its name in lower case.
    init(_ texts: [String], known: [String: String]) {
        for text in texts { add(SQLTokens(text).tokens, known: known) }
        // A table whose name nobody took as an alias stands for itself.
        for (lowered, name) in known where tables[lowered] == nil { tables[lowered] = [name] }
    }

    /// The table behind a name of a plan; nil where there is none or more than one.
    func table(for name: String) -> String? {
        guard let candidates = tables[name.lowercased()], candidates.count == 1 else { return nil }
        return candidates.first
    }

    private mutating func add(_ tokens: [SQLToken], known: [String: String]) {
        for (position, token) in tokens.enumerated() {
            guard token.isName, let table = known[token.text.lowercased()] else { continue }
            var next = position + 1
            if next < tokens.count, tokens[next].isKeyword("AS") { next += 1 }
            guard next < tokens.count, tokens[next].isName else { continue }
            let alias = tokens[next]
            if alias.kind == .word, Self.notAliases.contains(alias.text.uppercased()) { continue }
            tables[alias.text.lowercased(), default: []].insert(table)
        }
    }
}
