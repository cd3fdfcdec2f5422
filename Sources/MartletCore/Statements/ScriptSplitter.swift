/// Splits a script into its statements at the semicolons between them.
///
/// It knows what holds semicolons of its own: strings and comments of every kind, parentheses, the bodies
/// `BEGIN ATOMIC … END` of PostgreSQL's functions, and SQLite's `CREATE TRIGGER … BEGIN … END`. Like the lexer it takes
/// any text; what has no end goes to the end.
package struct ScriptSplitter {
    private var lexer: Lexer
    private let isPostgres: Bool
    private var depth = 0
    /// BEGIN and CASE that wait for their END.
    private var blocks = 0
    private var body = Body.none
    private var lastRole = Keyword.Role.none
    private var isFirst = true

    /// Whether the statement may have a body of statements.
    private enum Body {
        /// It has none.
        case none
        /// CREATE was read; goes to `expected`, or to `none` on PostgreSQL, where ATOMIC says so.
        case create
        /// A trigger's BEGIN opens it.
        case expected
    }

    private init(_ script: UnsafeRawBufferPointer, dialect: Dialect) {
        lexer = Lexer(script, dialect: dialect)
        isPostgres = dialect == .postgres
    }

    /// The statements of a script in order, without their semicolons and without white space and comments around them.
    package static func statements(of script: String, dialect: Dialect) -> [Substring] {
        ranges(of: script, dialect: dialect).map { script[$0] }
    }

    /// Where the statements of a script stand in it.
    package static func ranges(of script: String, dialect: Dialect) -> [Range<String.Index>] {
        let utf8 = script.utf8
        let offsets = Array(utf8)
            .withUnsafeBytes { bytes in
                var splitter = ScriptSplitter(bytes, dialect: dialect)
                return splitter.split()
            }
        var position = 0
        var index = utf8.startIndex
        func move(to offset: Int) -> String.Index {
            index = utf8.index(index, offsetBy: offset - position)
            position = offset
            return index
        }
        return offsets.map { offsets in
            let lower = move(to: offsets.lowerBound)
            return lower..<move(to: offsets.upperBound)
        }
    }

    private mutating func split() -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        var start: Int?
        var end = 0
        while let token = lexer.nextSignificant() {
            if token.kind == .semicolon, depth == 0, blocks == 0 {
                if let start { ranges.append(start..<end) }
                start = nil
                beginStatement()
            } else {
                start = start ?? token.start
                end = token.end
                take(token)
            }
        }
        if let start { ranges.append(start..<end) }
        return ranges
    }

    private mutating func beginStatement() {
        body = .none
        lastRole = .none
        isFirst = true
    }

    private mutating func take(_ token: Token) {
        switch token.kind {
        case .open: depth += 1
        case .close: depth = max(0, depth - 1)
        case .word: takeWord(token.keyword.role)
        default: break
        }
        lastRole = token.keyword.role
        isFirst = false
    }

    private mutating func takeWord(_ role: Keyword.Role) {
        switch role {
        case .create where isFirst: body = .create
        case .trigger where body == .create && !isPostgres: body = .expected
        case .begin where body == .expected && blocks == 0: blocks = 1
        case .atomic where isPostgres && body == .create && lastRole == .begin: blocks += 1
        case .case where blocks > 0: blocks += 1
        case .end where blocks > 0: blocks -= 1
        default: break
        }
    }
}
