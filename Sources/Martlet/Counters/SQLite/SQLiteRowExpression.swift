internal import MartletCore

/// An expression over the columns of one row: what a condition or a sum is made of.
struct SQLiteRowExpression: Sendable, Hashable {
    /// As written, without comments around it.
    let text: String
    /// Columns that it mentions.
    let columns: [SQLiteCountedTable.Column]
    /// Whether it means the same over NEW and OLD as over the table.
    ///
    /// Columns of NEW and OLD have no affinity (3.40.1): `score > '5'` compares numbers in a query and text in a
    /// trigger. Only where affinity plays no part can the one be written for the other.
    let isDirect: Bool
    private let pieces: [Piece]

    private enum Piece: Hashable, Sendable {
        case text(String)
        case column(String)
    }

    /// Reads an expression that a person wrote; whether SQLite accepts it is found out elsewhere.
    init(_ source: String, table: SQLiteCountedTable) throws(CounterError) {
        let sql = SQLWords(source, dialect: .sqlite)
        let words = sql.words
        try Self.check(words, source: source, table: table)
        text = sql.text(from: 0, to: words.count)
        columns = table.columns.filter { column in words.contains { $0.isName && $0.names(column) } }
        isDirect = Self.isDirect(words, table: table)
        pieces = words.map { word in
            if word.isName, let column = table.columns.first(where: word.names) { return .column(column.quoted) }
            return .text(word.text)
        }
    }

    /// The expression over NEW or OLD; only for one that is direct.
    func over(_ row: String) -> String {
        pieces.map { piece in
            switch piece {
            case .text(let text): text
            case .column(let column): "\(row).\(column)"
            }
        }
        .joined(separator: " ")
    }

    /// What SQLite accepts in an index but what is not the same tomorrow, in another session, or within a trigger.
    private static func check(
        _ words: [SQLWord],
        source: String,
        table: SQLiteCountedTable
    ) throws(CounterError) {
        func refuse(_ reason: String) -> CounterError {
            CounterError(.invalidDefinition, "\(source.debugDescription) cannot be counted by: \(reason)")
        }
        guard !words.isEmpty else { throw refuse("it is empty") }
        var depth = 0
        for (position, word) in words.enumerated() {
            if word.isSymbol("(") { depth += 1 }
            if word.isSymbol(")") { depth -= 1 }
            if depth < 0 || word.isSymbol(";") { throw refuse("it is more than one expression") }
            let isColumn = word.isName && table.columns.contains(where: word.names)
            let isCalled = position + 1 < words.count && words[position + 1].isSymbol("(")
            if word.kind == .name, isCalled, clockFunctions.contains(word.text) {
                throw refuse("what \(word.text)() says may depend on the clock; compare the column itself")
            }
            if word.kind == .name, !isColumn, rowIDNames.contains(word.text) {
                throw refuse("\(word.text) is no column, and VACUUM may change it")
            }
            if word.kind == .quotedName, !isColumn, word.text.lowercased() != table.name.lowercased() {
                throw refuse("\(table.name) has no column \(word.text); a text stands in single quotes")
            }
        }
        if depth != 0 { throw refuse("its parentheses do not match") }
    }

    private static let rowIDNames: Set<String> = ["rowid", "oid", "_rowid_"]
    /// https://www.sqlite.org/lang_datefunc.html; an argument that is a column may hold the text 'now'.
    private static let clockFunctions: Set<String> = [
        "date", "time", "datetime", "julianday", "unixepoch", "strftime", "timediff",
    ]
}

extension SQLiteRowExpression {
    private static let plainWords: Set<String> = ["not", "is", "null", "isnull", "notnull", "in", "true", "false"]
    private static let plainSymbols: Set<String> = [
        "(", ")", ",", "=", "==", "<>", "!=", "<", "<=", ">", ">=", "+", "-", "*",
    ]

    /// Judges each comparison by itself: what it compares must all be numbers, or all be text.
    private static func isDirect(_ words: [SQLWord], table: SQLiteCountedTable) -> Bool {
        words.split { $0.is("and") || $0.is("or") }
            .allSatisfy { comparison in
                var kinds: Set<String> = []
                for word in comparison {
                    if word.isName, let column = table.columns.first(where: word.names) {
                        kinds.insert(column.isNumeric ? "number" : column.affinity)
                    } else if word.kind == .literal {
                        guard let kind = kind(ofLiteral: word.text) else { return false }
                        kinds.insert(kind)
                    } else if word.is("true") || word.is("false") {
                        kinds.insert("number")
                    } else if word.kind == .name ? !plainWords.contains(word.text) : !plainSymbols.contains(word.text) {
                        return false
                    }
                }
                return kinds.count <= 1
            }
    }

    private static func kind(ofLiteral text: String) -> String? {
        guard let first = text.first else { return nil }
        if first == "'" { return "TEXT" }
        return first.isNumber || first == "." ? "number" : nil
    }
}

extension SQLWord {
    /// Whether it is the name of a column, which SQLite compares without regard to the case of ASCII letters.
    func names(_ column: SQLiteCountedTable.Column) -> Bool {
        text.lowercased() == column.name.lowercased()
    }
}
