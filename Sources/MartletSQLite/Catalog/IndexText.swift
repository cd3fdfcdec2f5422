/// What only the text of a CREATE INDEX tells: its expressions and its predicate.
struct IndexText: Sendable {
    /// The columns or expressions in order, as written, without direction or collation.
    let keys: [String]
    /// The condition of a partial index.
    let predicate: String?

    /// Reads the `sql` of an index in `sqlite_schema`.
    init(_ sql: String) {
        let scanned = SQLTokens(sql)
        let tokens = scanned.tokens
        guard let open = tokens.firstIndex(where: { $0.isSymbol("(") }) else {
            keys = []
            predicate = nil
            return
        }
        let close = scanned.closing(open)
        keys = Self.split(scanned, from: open + 1, to: close)
        if let keyword = tokens.indices.first(where: { $0 > close && tokens[$0].isKeyword("WHERE") }) {
            predicate = scanned.text(from: keyword + 1, to: tokens.count)
        } else {
            predicate = nil
        }
    }

    private static func split(_ scanned: SQLTokens, from first: Int, to end: Int) -> [String] {
        var parts: [String] = []
        var start = first
        var position = first
        while position < end {
            if scanned.tokens[position].isSymbol("(") { position = min(end, scanned.closing(position)) }
            if position < end, scanned.tokens[position].isSymbol(",") {
                parts.append(key(scanned, from: start, to: position))
                start = position + 1
            }
            position += 1
        }
        if start < end { parts.append(key(scanned, from: start, to: end)) }
        return parts
    }

    private static func key(_ scanned: SQLTokens, from first: Int, to end: Int) -> String {
        var end = end
        if end > first, scanned.tokens[end - 1].isKeyword("ASC") || scanned.tokens[end - 1].isKeyword("DESC") {
            end -= 1
        }
        if end - 2 > first, scanned.tokens[end - 2].isKeyword("COLLATE") { end -= 2 }
        return scanned.text(from: first, to: end)
    }
}
