/// A piece of SQL text: its kind, and where it stands.
///
/// The tokens of a text cover it without gaps: each begins where the one before ended.
package struct Token: Sendable, Hashable {
    /// What it is.
    package let kind: Kind
    /// Offset of its first byte.
    package let start: Int
    /// Offset behind its last byte.
    package let end: Int
    /// Whether an operand was due where it stands; tells a sign from a minus and a placeholder from an operator.
    package let inOperandPosition: Bool
    /// Hash of a word's folded bytes; 0 for what is not a word.
    let wordHash: UInt64
    /// What is known of a word; `.none` for what is not a word.
    let keyword: Keyword

    /// What a token is.
    package enum Kind: UInt8, Sendable, Hashable, CaseIterable {
        /// Blanks, tabs and line ends.
        case whitespace
        /// From `--` to the end of the line, or between `/*` and `*/`.
        case comment
        /// A keyword or a name without quotes.
        case word
        /// A name in double quotes, and on SQLite in brackets or backticks.
        case quotedName
        /// A string of any syntax, dollar quotes included.
        case string
        /// A number of any syntax.
        case number
        /// A placeholder of any style.
        case parameter
        /// Characters that make an operator.
        case `operator`
        /// `,`
        case comma
        /// `;`
        case semicolon
        /// `.`
        case dot
        /// `:` of an array slice.
        case colon
        /// `::`
        case cast
        /// `(` or `[`
        case open
        /// `)` or `]`
        case close
        /// A byte that SQL has no use for.
        case unknown
    }

    init(
        kind: Kind,
        start: Int,
        end: Int,
        inOperandPosition: Bool,
        wordHash: UInt64 = 0,
        keyword: Keyword = .none
    ) {
        self.kind = kind
        self.start = start
        self.end = end
        self.inOperandPosition = inOperandPosition
        self.wordHash = wordHash
        self.keyword = keyword
    }

    /// Whether it stands for a value.
    package var isLiteral: Bool {
        kind == .string || kind == .number || kind == .parameter
    }

    /// Whether it means nothing to the database.
    package var isBlank: Bool {
        kind == .whitespace || kind == .comment
    }
}
