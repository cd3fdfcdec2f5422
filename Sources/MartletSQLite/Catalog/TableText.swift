internal import MartletCore

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
        let text = SQLWords(sql, dialect: .sqlite)
        let words = text.words
        guard let open = words.firstIndex(where: { $0.isSymbol("(") }) else {
            checks = []
            return
        }
        var found: [Check] = []
        var position = open + 1
        while position < words.count {
            if words[position].isSymbol(")") { break }
            guard words[position].isSymbol("(") else {
                position += 1
                continue
            }
            let close = words.closing(position) ?? words.count
            // Any other parenthesis belongs to a type, a default, a key or a reference.
            if words[position - 1].is("check") {
                let mentioned = Set(words[position..<close].filter(\.isName).map { $0.text.lowercased() })
                found.append(
                    Check(
                        name: Self.name(text, before: position - 1),
                        condition: text.text(from: position + 1, to: close),
                        columns: columns.filter { mentioned.contains($0.lowercased()) }
                    )
                )
            }
            position = close + 1
        }
        checks = found
    }

    private static func name(_ text: SQLWords, before check: Int) -> String? {
        guard check >= 2, text.words[check - 2].is("constraint") else { return nil }
        switch text.words[check - 1].kind {
        case .name: return text.text(from: check - 1, to: check)
        case .quotedName: return text.words[check - 1].text
        default: return nil
        }
    }
}
