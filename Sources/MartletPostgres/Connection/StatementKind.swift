/// What can be told of a statement by its first word.
enum StatementKind {
    /// Reads or changes rows: worth preparing, and unable to begin or end a transaction.
    case rows
    /// COPY from or to the client, for which there are other ways than running a statement.
    case copy
    /// Begins a transaction.
    case begin
    /// Ends a transaction so that it is kept: COMMIT, END, and PREPARE, which may be PREPARE TRANSACTION.
    case commit
    /// Ends a transaction, or goes back to a savepoint.
    case rollback
    /// Anything else: settings, definitions, calls.
    case other

    private static let wordsOfRows: Set<String> = [
        "SELECT", "WITH", "INSERT", "UPDATE", "DELETE", "VALUES", "MERGE", "TABLE",
    ]

    init(_ text: String) {
        let word = Self.firstWord(text.utf8[...])
        switch word {
        case _ where Self.wordsOfRows.contains(word): self = .rows
        case "COPY" where ["STDIN", "STDOUT"].contains(where: text.uppercased().contains): self = .copy
        case "BEGIN", "START": self = .begin
        case "COMMIT", "END", "PREPARE": self = .commit
        case "ROLLBACK", "ABORT": self = .rollback
        default: self = .other
        }
    }

    /// In upper case, after white space, comments and parentheses.
    private static func firstWord(_ text: Substring.UTF8View) -> String {
        var rest = text
        while let byte = rest.first {
            switch byte {
            case 9...13, 32, UInt8(ascii: "("):
                rest = rest.dropFirst()
            case UInt8(ascii: "-") where rest.starts(with: "--".utf8):
                rest = rest.drop { $0 != 10 }
            case UInt8(ascii: "/") where rest.starts(with: "/*".utf8):
                rest = afterComment(rest)
            default:
                let word = rest.prefix { (65...90).contains($0) || (97...122).contains($0) }
                return String(Substring(word)).uppercased()
            }
        }
        return ""
    }

    /// Comments nest.
    private static func afterComment(_ text: Substring.UTF8View) -> Substring.UTF8View {
        var rest = text.dropFirst(2)
        var depth = 1
        while depth > 0, !rest.isEmpty {
            if rest.starts(with: "*/".utf8) {
                depth -= 1
                rest = rest.dropFirst(2)
            } else if rest.starts(with: "/*".utf8) {
                depth += 1
                rest = rest.dropFirst(2)
            } else {
                rest = rest.dropFirst()
            }
        }
        return rest
    }
}
