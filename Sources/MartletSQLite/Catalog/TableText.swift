/// What only the text of a CREATE TABLE tells: its check constraints.
struct TableText: Sendable {
    /// One CHECK.
    struct Check: Sendable, Hashable {
        /// The name that CONSTRAINT gives it.
        let name: String?
        /// The condition as written.
        let condition: String
        /// The table's columns that it mentions, in order of the table.
        let columns: [String]
    }

    let checks: [Check]

    /// Reads the `sql` of a table in `sqlite_schema`.
    init(_ sql: String, columns: [String]) {
        let scanned = SQLTokens(sql)
        let tokens = scanned.tokens
        guard let open = tokens.firstIndex(where: { $0.isSymbol("(") }) else {
            checks = []
            return
        }
        var found: [Check] = []
        var position = open + 1
        while position < tokens.count {
            if tokens[position].isSymbol(")") { break }
            guard tokens[position].isSymbol("(") else {
                position += 1
                continue
            }
            let close = scanned.closing(position)
            // Any other parenthesis belongs to a type, a default, a key or a reference.
            if tokens[position - 1].isKeyword("CHECK") {
                let mentioned = Set(tokens[position..<close].filter(\.isName).map { $0.text.lowercased() })
                found.append(
                    Check(
                        name: Self.name(tokens, before: position - 1),
                        condition: scanned.text(from: position + 1, to: close),
                        columns: columns.filter { mentioned.contains($0.lowercased()) }
                    )
                )
            }
            position = close + 1
        }
        checks = found
    }

    private static func name(_ tokens: [SQLToken], before check: Int) -> String? {
        guard check >= 2, tokens[check - 2].isKeyword("CONSTRAINT"), tokens[check - 1].isName else { return nil }
        return tokens[check - 1].text
    }
}
