/// A piece of a Swift file.
struct Token: Hashable {
    enum Kind {
        /// A name, a keyword or a number.
        case word
        /// One character of punctuation.
        case symbol
        /// A string or regular expression; `text` is what stands between its quotes.
        case literal
        /// A comment with its marks.
        case comment
    }

    var kind: Kind
    var text: String
    /// The line it begins on, from 1.
    var line: Int
    /// The line it ends on.
    var lastLine: Int
    /// Whether it stands right behind the token before it.
    var isAttached: Bool
    /// Braces that are open before it.
    var braceDepth: Int
    /// Parentheses and brackets that are open before it, within the innermost braces or outside all of them.
    var groupDepth: Int

    func isWord(_ words: String...) -> Bool {
        kind == .word && words.contains(text)
    }

    func isSymbol(_ symbol: String) -> Bool {
        kind == .symbol && text == symbol
    }
}
