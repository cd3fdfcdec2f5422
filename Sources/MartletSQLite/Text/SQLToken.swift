/// One word of SQLite's SQL, enough to find names, parentheses and keywords in a schema.
struct SQLToken: Sendable {
    enum Kind: Sendable {
        /// A keyword or a bare name.
        case word
        /// A name in quotation marks, brackets or backticks, which are taken off.
        case quotedName
        /// A string, number, blob or parameter.
        case literal
        /// One character of punctuation.
        case symbol
    }

    let kind: Kind
    let text: String
    /// Where it stands, in bytes of UTF-8.
    let range: Range<Int>

    /// Whether it is this keyword, in upper case.
    func isKeyword(_ keyword: String) -> Bool {
        kind == .word && text.uppercased() == keyword
    }

    func isSymbol(_ symbol: String) -> Bool {
        kind == .symbol && text == symbol
    }

    /// Whether it may stand for a table or column.
    var isName: Bool {
        kind == .word || kind == .quotedName
    }
}
