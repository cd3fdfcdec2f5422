/// What the lexer and the normal form need to know of a word.
struct Keyword: Sendable, Hashable {
    /// The part it plays in finding literals and lists.
    let role: Role
    /// Its grammatical properties.
    let traits: Traits

    /// A word that is no keyword.
    static let none = Keyword(role: .none, traits: [])

    /// The words that change how what follows is read.
    enum Role: UInt8, Sendable {
        case none
        /// IN
        case `in`
        /// ANY, SOME, ALL, ARRAY: a list follows.
        case list
        case values
        case select
        case null
        /// TRUE, FALSE
        case boolean
        case `default`
        case `is`
        case not
        case set
        case to
        case from
        case on
        /// SAVEPOINT and RELEASE: a name that applications make up follows.
        case savepoint
        case rollback
        /// DECLARE, CLOSE, DEALLOCATE, PREPARE, EXECUTE: the same, where they begin the statement.
        case named
        /// FETCH, MOVE: the same, behind FROM.
        case fetch
        case into
        /// ALL, TRANSACTION: never such a name.
        case transaction
        case create
        case trigger
        case begin
        case atomic
        case `case`
        case end
        case temporary
    }

    /// Properties of a keyword.
    struct Traits: OptionSet, Sendable, Hashable {
        let rawValue: UInt8

        /// Written in capitals.
        static let keyword = Traits(rawValue: 1)
        /// A name only when quoted.
        static let reserved = Traits(rawValue: 2)
        /// An operand is due behind it.
        static let beforeOperand = Traits(rawValue: 4)
        /// A name as often as not, but a `?` behind it is a placeholder.
        static let beforePlaceholder = Traits(rawValue: 8)
    }
}
