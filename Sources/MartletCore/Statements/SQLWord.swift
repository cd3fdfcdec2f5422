/// One word of an SQL text: as much as is needed to find tables, columns and conditions in it.
package struct SQLWord: Sendable {
    package enum Kind: Sendable, Hashable {
        /// A keyword or a name without quotes, in lower case.
        case name
        /// A name that stood in quotes, brackets or backticks, without them.
        case quotedName
        /// A string or a number, as written.
        case literal
        /// `$1`, `?`, `?1`, `:name`, `@name`.
        case placeholder
        /// Anything else: a parenthesis, a comma, a whole operator; also `U&"…"`, whose escapes are not read.
        case symbol
    }

    package let kind: Kind
    package let text: String
    /// Where it stands in its text, in bytes of UTF-8.
    package let range: Range<Int>

    /// Whether it is that keyword, given in lower case.
    package func `is`(_ keyword: String) -> Bool {
        kind == .name && text == keyword
    }

    package func isSymbol(_ symbol: String) -> Bool {
        kind == .symbol && text == symbol
    }

    /// Whether it may stand for a table or column.
    package var isName: Bool { kind == .name || kind == .quotedName }

    /// The words of a text in order without its comments, whatever the text is.
    package static func words(of text: String, dialect: Dialect) -> [SQLWord] {
        var text = text
        return text.withUTF8 { bytes in
            var lexer = Lexer(UnsafeRawBufferPointer(bytes), dialect: dialect)
            var words: [SQLWord] = []
            while let token = lexer.nextSignificant() { words.append(SQLWord(token, lexer.text(of: token))) }
            return words
        }
    }

    /// The first word of a text: a statement's verb.
    ///
    /// It reads no further.
    package static func first(of text: String, dialect: Dialect) -> SQLWord? {
        var text = text
        return text.withUTF8 { bytes in
            var lexer = Lexer(UnsafeRawBufferPointer(bytes), dialect: dialect)
            return lexer.nextSignificant().map { SQLWord($0, lexer.text(of: $0)) }
        }
    }

    private init(_ token: Token, _ bytes: UnsafeRawBufferPointer) {
        range = token.start..<token.end
        switch token.kind {
        case .word:
            kind = .name
            text = Self.folded(bytes)
        case .quotedName,
            .string where Self.isInDoubleQuotes(bytes):
            let name = QuotedName(bytes)
            kind = name.isPrefixed ? .symbol : .quotedName
            text = String(decoding: name.bytes, as: UTF8.self)
        case .string, .number:
            kind = .literal
            text = String(decoding: bytes, as: UTF8.self)
        case .parameter:
            kind = .placeholder
            text = String(decoding: bytes, as: UTF8.self)
        default:
            kind = .symbol
            text = String(decoding: bytes, as: UTF8.self)
        }
    }

    /// Both databases fold the letters of ASCII and no others in a text of UTF-8.
    ///
    /// https://www.postgresql.org/docs/15/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS
    private static func folded(_ bytes: UnsafeRawBufferPointer) -> String {
        String(decoding: bytes.lazy.map { $0 &- 0x41 < 26 ? $0 | 0x20 : $0 }, as: UTF8.self)
    }

    /// Whether it is a name to SQLite wherever something has that name.
    ///
    /// The lexer takes what no one would call a column for a string; one without an end has an odd number of quotes.
    private static func isInDoubleQuotes(_ bytes: UnsafeRawBufferPointer) -> Bool {
        bytes.first == .doubleQuote && bytes.count { $0 == .doubleQuote }.isMultiple(of: 2)
    }
}
