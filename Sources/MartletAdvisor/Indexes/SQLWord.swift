import MartletCore

/// One word of an SQL text: as much as rules need to find tables, columns and conditions in it.
struct SQLWord: Hashable {
    enum Kind: Hashable {
        /// A keyword or a name without quotes, in lower case.
        case name
        /// A name that stood in quotes, as it is.
        case quotedName
        /// A string or a number.
        case literal
        /// `$1`, `?`, `?1`, `:name`, `@name`.
        case placeholder
        /// Anything else: a parenthesis, a comma, a whole operator.
        case symbol
    }

    var kind: Kind
    var text: String

    /// Whether it is that keyword, given in lower case.
    func `is`(_ keyword: String) -> Bool {
        kind == .name && text == keyword
    }

    func isSymbol(_ symbol: String) -> Bool {
        kind == .symbol && text == symbol
    }

    var isName: Bool { kind == .name || kind == .quotedName }

    /// The words of a text in order without its comments, whatever the text is.
    static func words(of text: String, dialect: Dialect) -> [SQLWord] {
        var text = text
        return text.withUTF8 { bytes in
            var lexer = Lexer(UnsafeRawBufferPointer(bytes), dialect: dialect)
            var words: [SQLWord] = []
            while let token = lexer.nextSignificant() {
                words.append(SQLWord(token, text: String(decoding: lexer.text(of: token), as: UTF8.self)))
            }
            return words
        }
    }

    private init(_ token: Token, text: String) {
        switch token.kind {
        case .word: self.init(kind: .name, text: text.lowercased())
        case .quotedName: self.init(kind: .quotedName, text: Self.unquoted(text))
        case .string, .number: self.init(kind: .literal, text: text)
        case .parameter: self.init(kind: .placeholder, text: text)
        default: self.init(kind: .symbol, text: text)
        }
    }

    private init(kind: Kind, text: String) {
        self.kind = kind
        self.text = text
    }

    /// A quote that was doubled to stand within the name is single again.
    private static func unquoted(_ text: String) -> String {
        guard text.count >= 2, let quote = text.last else { return text }
        return String(text.dropFirst().dropLast()).replacing("\(quote)\(quote)", with: "\(quote)")
    }
}
