/// A text of SQL and its tokens.
///
/// It reads what SQLite has already accepted, such as the `sql` column of `sqlite_schema`; on anything else it yields
/// tokens of some kind and always ends. Rules: https://www.sqlite.org/lang_keywords.html, tokenize.c (3.40.1).
struct SQLTokens: Sendable {
    let tokens: [SQLToken]
    private let bytes: [UInt8]

    init(_ sql: String) {
        bytes = Array(sql.utf8)
        var scanner = SQLScanner(bytes: bytes)
        var tokens: [SQLToken] = []
        while let token = scanner.next() { tokens.append(token) }
        self.tokens = tokens
    }

    /// The text between two byte positions, without white space at its ends.
    func text(_ range: Range<Int>) -> String {
        let text = String(decoding: bytes[range], as: UTF8.self)
        guard let first = text.firstIndex(where: { !$0.isWhitespace }) else { return "" }
        let last = text.lastIndex { !$0.isWhitespace } ?? first
        return String(text[first...last])
    }

    /// All text from one token up to another, which is not part of it.
    func text(from first: Int, to end: Int) -> String {
        guard first < end else { return "" }
        return text(tokens[first].range.lowerBound..<tokens[end - 1].range.upperBound)
    }

    /// The position of the parenthesis that closes the one at `open`; the end of the text where none does.
    func closing(_ open: Int) -> Int {
        var depth = 0
        for position in open..<tokens.count {
            if tokens[position].isSymbol("(") { depth += 1 }
            if tokens[position].isSymbol(")") {
                depth -= 1
                if depth == 0 { return position }
            }
        }
        return tokens.count
    }
}
