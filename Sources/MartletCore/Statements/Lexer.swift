/// Splits SQL text of either dialect into tokens, on bytes.
///
/// It takes any bytes: invalid UTF-8, zeros, strings and comments without an end. It never fails, every call moves it
/// forward, and its tokens cover the text without gaps. It allocates nothing. PostgreSQL is read as with
/// `standard_conforming_strings` on, its default.
///
/// The text must outlive the lexer.
package struct Lexer {
    let bytes: UnsafeRawBufferPointer
    let count: Int
    let isPostgres: Bool
    private let keywords: KeywordTable
    var position = 0
    private var expected = Expectation.operand

    /// What the tokens so far make likely.
    enum Expectation: UInt8 {
        /// An operand: at the beginning, behind an operator, a comma, an opening parenthesis or most keywords.
        case operand
        /// An operator or a name, but a `?` is a placeholder.
        case placeholder
        /// An operator, because an operand has just ended.
        case `operator`
        /// An operand or a slice's colon, behind `[`.
        case subscriptBound
    }

    /// Begins at the first byte of a text.
    package init(_ text: UnsafeRawBufferPointer, dialect: Dialect) {
        bytes = text
        count = text.count
        isPostgres = dialect == .postgres
        keywords = .shared
    }

    /// The next token, or nil at the end.
    @inline(__always)
    package mutating func next() -> Token? {
        guard position < count else { return nil }
        let byte = bytes[position]
        if Self.isWordStart(byte) { return word() }
        let start = position
        let isOperand = expected == .operand || expected == .subscriptBound
        let kind = scan(byte)
        expect(after: kind, first: byte)
        return Token(kind: kind, start: start, end: position, inOperandPosition: isOperand)
    }

    /// The next token that is neither white space nor a comment, or nil at the end.
    @inline(__always)
    package mutating func nextSignificant() -> Token? {
        while let token = next() {
            if !token.isBlank { return token }
        }
        return nil
    }

    /// The bytes of a token.
    @inline(__always)
    package func text(of token: Token) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: bytes[token.start..<token.end])
    }

    /// What is known of a word with this hash.
    @inline(__always)
    func keyword(_ hash: UInt64) -> Keyword {
        keywords.keyword(hash)
    }

    /// The byte this far ahead, or 0 behind the end, where nothing compares equal to what is looked for.
    @inline(__always)
    func peek(_ distance: Int) -> UInt8 {
        position + distance < count ? bytes[position + distance] : 0
    }

    /// Whether an operand is due now.
    var isOperandDue: Bool { expected == .operand || expected == .subscriptBound }

    /// Whether a `?` would be a placeholder now.
    var isPlaceholderDue: Bool { expected != .operator }

    /// Whether a colon and a name would be a placeholder now: not in `[:n]`.
    var isNamedPlaceholderDue: Bool { expected == .operand || expected == .placeholder }

    @inline(__always)
    private mutating func word() -> Token {
        let start = position
        let isOperand = expected == .operand || expected == .subscriptBound
        var hash = WordHash()
        var index = start
        while index < count {
            let byte = bytes[index]
            let lower = byte | 0x20
            if lower &- 0x61 < 26 {
                hash.add(lower)
            } else if Self.isWordByte(byte) {
                hash.add(byte)
            } else {
                break
            }
            index &+= 1
        }
        if index < count, bytes[index] == .quote || bytes[index] == .ampersand, let token = prefixedString(start, index) {
            return token
        }
        position = index
        let value = hash.value
        let keyword = keywords.keyword(value)
        if keyword.traits.contains(.beforeOperand) {
            expected = .operand
        } else {
            expected = keyword.traits.contains(.beforePlaceholder) ? .placeholder : .operator
        }
        return Token(
            kind: .word,
            start: start,
            end: index,
            inOperandPosition: isOperand,
            wordHash: value,
            keyword: keyword
        )
    }

    /// Reads the string or quoted name that a letter before its quote announces: `E'…'`, `X'…'`, `U&"…"`.
    @inline(never)
    private mutating func prefixedString(_ start: Int, _ end: Int) -> Token? {
        let isOperand = isOperandDue
        guard let kind = scanPrefixedString(start, end) else { return nil }
        expected = .operator
        return Token(kind: kind, start: start, end: position, inOperandPosition: isOperand)
    }

    @inline(__always)
    private mutating func expect(after kind: Token.Kind, first byte: UInt8) {
        switch kind {
        case .whitespace, .comment: break
        case .comma, .semicolon, .operator, .colon: expected = .operand
        case .open: expected = byte == .openBracket ? .subscriptBound : .operand
        default: expected = .operator
        }
    }

    /// Reads one token that is not a word, moves behind it, and says what it was.
    @inline(__always)
    private mutating func scan(_ byte: UInt8) -> Token.Kind {
        switch byte {
        case 0x20, 0x09...0x0D:
            repeat { position &+= 1 } while position < count && Self.isSpace(bytes[position])
            return .whitespace
        case .comma: return single(.comma)
        case .quote:
            scanString(backslashes: false)
            return .string
        case 0x30...0x39:
            scanNumber()
            return .number
        case .openParenthesis: return single(.open)
        case .closeParenthesis: return single(.close)
        case .semicolon: return single(.semicolon)
        case .dot: return scanDot()
        case .doubleQuote: return scanQuotedName(until: .doubleQuote)
        default: return scanRare(byte)
        }
    }

    @inline(never)
    private mutating func scanRare(_ byte: UInt8) -> Token.Kind {
        switch byte {
        case .dollar: return scanDollar()
        case .colon: return scanColon()
        case .openBracket: return isPostgres ? single(.open) : scanQuotedName(until: .closeBracket)
        case .closeBracket: return single(isPostgres ? .close : .unknown)
        case .backtick where !isPostgres: return scanQuotedName(until: .backtick)
        case .minus where peek(1) == .minus: return scanLineComment()
        case .slash where peek(1) == .star: return scanBlockComment()
        default: return isPostgres ? scanPostgresOperator(byte) : scanSQLiteOperator(byte)
        }
    }

    @inline(__always)
    mutating func single(_ kind: Token.Kind) -> Token.Kind {
        position &+= 1
        return kind
    }
}
