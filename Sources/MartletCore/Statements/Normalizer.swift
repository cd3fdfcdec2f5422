/// Reads a statement once, hashes what is left of it when its values are taken out, and tells a writer of it.
///
/// A statement is a tree of parentheses, and what stands between the commas within them are elements. Each
/// parenthesis has a frame, which hashes its elements one by one. In a list an element that hashes like the one before
/// it is dropped, and so lists of any length come out equal; that holds for `(1, 2)`, for `('a'::text, 'b'::text)` and
/// for rows of VALUES alike.
struct Normalizer<Writer: StatementWriter> {
    var writer: Writer
    var lexer: Lexer
    let isPostgres: Bool
    var frame = NormalizerFrame()
    /// Parentheses that are open.
    var depth = 0
    /// The frames around the current one. Parentheses within more are hashed like any other symbol.
    let stack: UnsafeMutableBufferPointer<NormalizerFrame>
    /// What was read but does not count yet: a sign that a number may take in, a semicolon that may be the last.
    private var withheld: Withheld = .nothing
    /// The role of the token before, if it was a word; and of the word before that.
    var lastRole = Keyword.Role.none
    private var roleBeforeLast = Keyword.Role.none
    private var lastIsLiteral = false
    private var phase = Phase.verb
    private var verb = Keyword.Role.none

    private enum Withheld {
        case nothing
        case minus
        case plus
        case semicolon
    }

    /// Where in a statement of its kind the normalizer is; each statement begins with `verb`.
    private enum Phase {
        /// The first word comes next; goes to `name` or `body`.
        case verb
        /// A name that an application made up may come next; goes to `body`.
        case name
        /// Nothing special; goes to `name` behind FETCH … FROM and ROLLBACK TO, to `setting` behind SET … TO.
        case body
        /// All words are values, until the statement ends.
        case setting
    }

    private init(
        _ statement: UnsafeRawBufferPointer,
        dialect: Dialect,
        writer: Writer,
        stack: UnsafeMutableBufferPointer<NormalizerFrame>
    ) {
        lexer = Lexer(statement, dialect: dialect)
        isPostgres = dialect == .postgres
        self.writer = writer
        self.stack = stack
    }

    /// Reads a statement and answers with its hash and the writer that was told of it.
    static func run(
        _ statement: UnsafeRawBufferPointer,
        dialect: Dialect,
        writer: Writer
    ) -> (bits: UInt64, writer: Writer) {
        withUnsafeTemporaryAllocation(of: NormalizerFrame.self, capacity: NormalizerFrame.depthMax) { stack in
            var normalizer = Normalizer(statement, dialect: dialect, writer: writer, stack: stack)
            return (normalizer.run(), normalizer.writer)
        }
    }

    /// Reads to the end and answers with the hash.
    private mutating func run() -> UInt64 {
        while let token = lexer.nextSignificant() {
            if withheld != .nothing { release(before: token.kind) }
            if frame.state == .rows { endRows(before: token.kind) }
            switch token.kind {
            case .word: takeWord(token)
            case .comma: takeComma()
            case .string, .number, .parameter: takeLiteral()
            case .open: takeOpen(token)
            case .close: takeClose(token)
            case .quotedName: takeQuotedName(token)
            case .semicolon: takeSemicolon(token)
            default: takeSymbol(token)
            }
        }
        release(before: nil)
        return hashOfAll()
    }

    @inline(__always)
    private mutating func takeWord(_ token: Token) {
        let role = token.keyword.role
        if role == .none, phase == .body {
            keepWord(token)
        } else {
            takeRole(role, of: token)
        }
        roleBeforeLast = lastRole
        lastRole = role
    }

    @inline(__always)
    private mutating func keepWord(_ token: Token) {
        lastIsLiteral = false
        frame.add(token.wordHash)
        writer.word(lexer.text(of: token), keyword: token.keyword)
    }

    private mutating func takeRole(_ role: Keyword.Role, of token: Token) {
        switch phase {
        case .verb:
            verb = role
            phase = role == .savepoint || role == .named ? .name : .body
            return keepWord(token)
        case .name:
            // RELEASE SAVEPOINT and DEALLOCATE PREPARE: the name is still to come.
            if role == .savepoint || role == .named { return keepWord(token) }
            phase = .body
            if role != .transaction, role != .list { return addLiteral() }
        case .setting:
            return role == .default ? keepWord(token) : addLiteral()
        case .body:
            break
        }
        if isLiteral(role, token) {
            addLiteral()
        } else {
            keepWord(token)
            follow(role)
        }
    }

    /// Moves on to the phase that a word leads to.
    private mutating func follow(_ role: Keyword.Role) {
        switch role {
        case .select where frame.state == .list: frame.state = .plain
        case .to where verb == .rollback, .from where verb == .fetch, .in where verb == .fetch: phase = .name
        case .to where verb == .set: beginSetting()
        default: break
        }
    }

    /// Whether a word is a value where it stands: NULL is not in `IS NULL`, nor is DEFAULT in `DEFAULT 5`.
    private func isLiteral(_ role: Keyword.Role, _ token: Token) -> Bool {
        switch role {
        case .null:
            token.inOperandPosition && lastRole != .is && lastRole != .not && lastRole != .set && lastRole != .on
        case .boolean: lastRole != .is && !(lastRole == .not && roleBeforeLast == .is)
        case .default: token.inOperandPosition && lastRole == .none
        default: false
        }
    }

    @inline(__always)
    private mutating func takeLiteral() {
        lastRole = .none
        if phase == .verb || phase == .name { phase = .body }
        addLiteral()
    }

    /// Values that follow one another without an operator are one: strings on several lines.
    @inline(__always)
    mutating func addLiteral() {
        guard !lastIsLiteral else { return }
        lastIsLiteral = true
        frame.add(NormalizerFrame.literal)
        writer.literal()
    }

    @inline(__always)
    private mutating func takeComma() {
        endToken()
        endElement()
        writer.separator()
    }

    private mutating func takeSymbol(_ token: Token) {
        let text = lexer.text(of: token)
        if token.kind == .operator, token.inOperandPosition, text.count == 1 {
            if text[0] == .minus { return withheld = .minus }
            if text[0] == .plus { return withheld = .plus }
        }
        endToken()
        let isTwo = text.count == 2 && text[1] == .equals
        if isTwo, text[0] == .exclamation || text[0] == .equals {
            addComparison(isEqual: text[0] == .equals)
        } else if text.count == 2, text[0] == .less, text[1] == .greater {
            addComparison(isEqual: false)
        } else if text.count == 1, text[0] == .equals {
            addComparison(isEqual: true)
            if verb == .set, phase == .body, depth == 0 { beginSetting() }
        } else {
            frame.add(NormalizerFrame.hash(of: text, kind: token.kind))
            writer.symbol(text, kind: token.kind)
        }
    }

    private mutating func addComparison(isEqual: Bool) {
        frame.add(isEqual ? NormalizerFrame.equal : NormalizerFrame.unequal)
        writer.comparison(isEqual: isEqual)
    }

    private mutating func takeSemicolon(_ token: Token) {
        guard depth == 0 else { return takeSymbol(token) }
        endToken()
        withheld = .semicolon
    }

    private mutating func takeQuotedName(_ token: Token) {
        let name = QuotedName(lexer.text(of: token))
        lastRole = .none
        if phase == .name || phase == .setting {
            phase = phase == .name ? .body : phase
            return addLiteral()
        }
        endToken()
        let hash = name.hash(foldingCase: !isPostgres)
        let isWord = hash.isSimple && !lexer.keyword(hash.value).traits.contains(.reserved)
        frame.add(isWord ? hash.value : hash.quotedValue)
        if isWord {
            writer.word(name.content, keyword: lexer.keyword(hash.value))
        } else {
            writer.quotedName(name, foldingCase: !isPostgres)
        }
    }

    /// What every token that is neither word nor value does.
    @inline(__always)
    mutating func endToken() {
        lastRole = .none
        lastIsLiteral = false
        if phase == .verb || phase == .name { phase = .body }
    }

    private mutating func beginSetting() {
        beginElements(.list)
        phase = .setting
    }

    /// Decides about what was withheld, now that it is known what follows.
    @inline(never)
    private mutating func release(before kind: Token.Kind?) {
        switch withheld {
        case .nothing: return
        case .minus: if kind != .number { addSymbol(.minus, kind: .operator) }
        case .plus: if kind != .number { addSymbol(.plus, kind: .operator) }
        case .semicolon:
            if kind == .semicolon { return }
            if kind != nil, !frame.isEmpty { addSymbol(.semicolon, kind: .semicolon) }
            if kind != nil { beginStatement() }
        }
        withheld = .nothing
    }

    private mutating func beginStatement() {
        beginElements(.plain)
        phase = .verb
        verb = .none
    }

    private mutating func addSymbol(_ byte: UInt8, kind: Token.Kind) {
        endToken()
        withUnsafeBytes(of: byte) { text in
            frame.add(NormalizerFrame.hash(of: text, kind: kind))
            writer.symbol(text, kind: kind)
        }
    }
}
