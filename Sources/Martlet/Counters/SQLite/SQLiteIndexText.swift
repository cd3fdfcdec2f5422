internal import MartletCore

/// What only the text of a CREATE INDEX tells: its expressions and its condition.
struct SQLiteIndexText {
    /// The expressions in order, without direction or collation.
    let keys: [String]
    let predicate: String?

    /// Reads the `sql` of an index in `sqlite_schema`.
    init(_ sql: String) {
        let text = SQLWords(sql, dialect: .sqlite)
        let words = text.words
        guard let open = words.firstIndex(where: { $0.isSymbol("(") }) else {
            keys = []
            predicate = nil
            return
        }
        let close = words.closing(open) ?? words.count
        keys = words[(open + 1)..<close].splitAtCommas()
            .map { key in
                var key = key
                if let last = key.last, key.count > 1, last.is("asc") || last.is("desc") { key.removeLast() }
                if key.count > 2, key.dropLast().last?.is("collate") == true { key.removeLast(2) }
                return text.text(from: key.startIndex, to: key.endIndex)
            }
        predicate = words.indices.first { $0 > close && words[$0].is("where") }
            .map { text.text(from: $0 + 1, to: words.count) }
    }
}
