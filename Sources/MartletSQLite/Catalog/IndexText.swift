internal import MartletCore

/// What only the text of a CREATE INDEX tells: its expressions and its predicate.
struct IndexText: Sendable {
    /// The columns or expressions in order, as written, without direction or collation.
    let keys: [String]
    /// The condition of a partial index.
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
        keys = words[(open + 1)..<close].splitAtCommas().map { Self.key($0, in: text) }
        if let keyword = words.indices.first(where: { $0 > close && words[$0].is("where") }) {
            predicate = text.text(from: keyword + 1, to: words.count)
        } else {
            predicate = nil
        }
    }

    private static func key(_ words: ArraySlice<SQLWord>, in text: SQLWords) -> String {
        var words = words
        if words.count > 1, words.last?.is("asc") == true || words.last?.is("desc") == true { words.removeLast() }
        if words.count > 2, words.dropLast().last?.is("collate") == true { words.removeLast(2) }
        return text.text(from: words.startIndex, to: words.endIndex)
    }
}
