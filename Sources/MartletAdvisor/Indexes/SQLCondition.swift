import MartletCore

/// A condition taken apart at its ANDs: that of a partial index, of a CHECK, or of a step of a plan.
///
/// It understands what both databases print for simple comparisons of one column; all else is `.other`.
struct SQLCondition: Hashable {
    /// One part; all parts hold together.
    enum Part: Hashable {
        /// The column has this one value: a literal, a placeholder, `true`, `false` or `null`.
        case equals(column: String, value: String)
        /// The column is not NULL.
        case isNotNull(column: String)
        /// The column has one of so many values that are written out.
        case isOneOf(column: String, count: Int)
        /// The column is smaller or greater than a value.
        case range(column: String)
        /// Something else, as its words.
        case other(String)
    }

    /// The parts in order; none for an empty text.
    let parts: [Part]

    /// Reads a condition as PostgreSQL prints it and as most are written for SQLite.
    ///
    /// Names in brackets or backticks, which only SQLite knows, make their part `.other`, of which nothing follows.
    /// `columns` are those of its table, in whose spelling the parts name them.
    init(_ text: String, columns: [String]) {
        let words = Self.withoutLoneParentheses(Self.withoutCasts(SQLWord.words(of: text, dialect: .postgres)))
        parts = Self.conjuncts(of: words[...]).map { Self.part($0, columns: columns) }
    }

    /// Columns that have one and the same value in all rows that meet the condition, with that value.
    var constants: [String: String] {
        var constants: [String: String] = [:]
        for case .equals(let column, let value) in parts { constants[column] = value }
        return constants
    }

    /// The columns, if the condition says of columns that they are not NULL, and nothing else.
    var columnsOnlyNotNull: Set<String>? {
        var columns: Set<String> = []
        for part in parts {
            guard case .isNotNull(let column) = part else { return nil }
            columns.insert(column)
        }
        return columns.isEmpty ? nil : columns
    }

    // MARK: Preparing the words

    private static let typeContinuations: Set<String> = [
        "varying", "precision", "with", "without", "time", "zone",
    ]

    /// PostgreSQL prints a cast behind nearly each literal: `'unread'::text`.
    private static func withoutCasts(_ words: [SQLWord]) -> [SQLWord] {
        var kept: [SQLWord] = []
        var position = 0
        while position < words.count {
            guard words[position].isSymbol("::") else {
                kept.append(words[position])
                position += 1
                continue
            }
            position += 2
            while position < words.count {
                if words[position].kind == .name, typeContinuations.contains(words[position].text) {
                    position += 1
                } else if words[position].isSymbol("."), position + 1 < words.count {
                    position += 2
                } else if words[position].isSymbol("["), position + 1 < words.count {
                    position += 2
                } else if words[position].isSymbol("("), let end = words.closing(position) {
                    position = end + 1
                } else {
                    break
                }
            }
        }
        return kept
    }

    /// `(status) = 'x'`, which is left of `(status)::text = 'x'::text`, becomes `status = 'x'`.
    private static func withoutLoneParentheses(_ words: [SQLWord]) -> [SQLWord] {
        var words = words
        var position = 0
        while position + 2 < words.count {
            let isCall =
                position > 0 && words[position - 1].kind == .name && !operators.contains(words[position - 1].text)
            if !isCall, words[position].isSymbol("("), words[position + 2].isSymbol(")") {
                words.remove(at: position + 2)
                words.remove(at: position)
                position = max(0, position - 1)
            } else {
                position += 1
            }
        }
        return words
    }

    private static let operators: Set<String> = ["and", "or", "not", "is"]

    // MARK: Taking apart

    private static func conjuncts(of words: ArraySlice<SQLWord>) -> [ArraySlice<SQLWord>] {
        let words = withoutOuterParentheses(words)
        guard !words.isEmpty else { return [] }
        var parts: [ArraySlice<SQLWord>] = []
        var depth = 0
        var start = words.startIndex
        var isWithinBetween = false
        for position in words.indices {
            let word = words[position]
            if word.isSymbol("(") || word.isSymbol("[") { depth += 1 }
            if word.isSymbol(")") || word.isSymbol("]") { depth -= 1 }
            guard depth == 0 else { continue }
            if word.is("or") { return [words] }
            if word.is("between") { isWithinBetween = true }
            if word.is("and") {
                if isWithinBetween {
                    isWithinBetween = false
                } else {
                    parts.append(words[start..<position])
                    start = position + 1
                }
            }
        }
        parts.append(words[start...])
        return parts.count == 1 ? parts : parts.flatMap(conjuncts)
    }

    private static func withoutOuterParentheses(_ words: ArraySlice<SQLWord>) -> ArraySlice<SQLWord> {
        var words = words
        while words.count > 1, words.first?.isSymbol("(") == true, words.last?.isSymbol(")") == true {
            guard words.closing(words.startIndex) == words.endIndex - 1 else { break }
            words = words.dropFirst().dropLast()
        }
        return words
    }

    // MARK: Understanding one part

    private static func part(_ words: ArraySlice<SQLWord>, columns: [String]) -> Part {
        var words = Array(withoutOuterParentheses(words))
        let other = Part.other(words.map(\.text).joined(separator: " "))
        var isNegated = false
        if words.first?.is("not") == true {
            isNegated = true
            words = Array(withoutOuterParentheses(words.dropFirst()))
        }
        // `m.status` in a plan over several tables.
        if words.count > 2, words[0].isName, words[1].isSymbol("."), words[2].isName { words.removeFirst(2) }
        guard let first = words.first, let column = column(first, of: columns) else { return other }
        let rest = Array(words.dropFirst())
        if rest.isEmpty { return .equals(column: column, value: isNegated ? "false" : "true") }
        guard !isNegated else { return other }
        return comparison(of: column, rest) ?? other
    }

    private static func comparison(of column: String, _ rest: [SQLWord]) -> Part? {
        if rest[0].is("is") {
            if rest.count == 3, rest[1].is("not"), rest[2].is("null") { return .isNotNull(column: column) }
            let values: Set<String> = ["null", "true", "false"]
            if rest.count == 2, values.contains(rest[1].text) {
                return .equals(column: column, value: rest[1].text)
            }
            return nil
        }
        if let count = listLength(rest) { return .isOneOf(column: column, count: count) }
        let value = Array(withoutOuterParentheses(rest[1...]))
        guard rest[0].kind == .symbol, value.count == 1, isValue(value[0]) else { return nil }
        switch rest[0].text {
        case "=", "==": return .equals(column: column, value: value[0].text)
        case "<", "<=", ">", ">=": return .range(column: column)
        default: return nil
        }
    }

    /// The length of the list in `IN (…)` and in what PostgreSQL makes of it, `= ANY (ARRAY[…])`.
    private static func listLength(_ words: [SQLWord]) -> Int? {
        let isList =
            words[0].is("in") && words.count > 1 && words[1].isSymbol("(")
            || words.count > 3 && words[0].isSymbol("=") && words[1].is("any") && words.contains { $0.is("array") }
        guard isList else { return nil }
        let start = words[0].is("in") ? 2 : (words.firstIndex { $0.isSymbol("[") } ?? 0) + 1
        let items = words[start...].prefix { !$0.isSymbol(")") && !$0.isSymbol("]") }
        guard !items.isEmpty, items.allSatisfy({ isValue($0) || $0.isSymbol(",") || $0.isSymbol("-") }) else {
            return nil
        }
        return items.count { $0.isSymbol(",") } + 1
    }

    private static func isValue(_ word: SQLWord) -> Bool {
        word.kind == .literal || word.kind == .placeholder || word.is("true") || word.is("false")
    }

    private static func column(_ word: SQLWord, of columns: [String]) -> String? {
        switch word.kind {
        case .quotedName: columns.first { $0 == word.text }
        case .name: columns.first { $0 == word.text } ?? columns.first { $0.lowercased() == word.text }
        default: nil
        }
    }
}
