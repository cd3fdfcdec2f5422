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
    /// All that it says, each operator and value included: equal only for conditions that the same rows meet.
    let wording: ConditionWording

    /// Reads a condition as PostgreSQL prints it and as most are written for SQLite.
    ///
    /// Names in brackets or backticks, which only SQLite knows, make their part `.other`, of which nothing follows.
    /// `columns` are those of its table, in whose spelling the parts name them. A cast to text is passed over on those
    /// of `textColumns`, where it changes nothing; on all of them if that is not known.
    init(_ text: String, columns: [String], textColumns: Set<String>? = nil) {
        let words = SQLWord.words(of: text, dialect: .postgres)
        let plain = Self.withoutLoneParentheses(Self.withoutCasts(words, textColumns: textColumns))
        parts = Self.conjuncts(of: plain[...]).map { Self.part($0, columns: columns) }
        wording = ConditionWording(text)
    }

    /// Reads a condition on the rows of a table.
    init(_ text: String, of table: Table) {
        let textTypes = ["text", "character varying", "varchar"]
        let textColumns = table.columns.filter { column in
            textTypes.contains { column.type.lowercased().hasPrefix($0) }
        }
        self.init(text, columns: table.columns.map(\.name), textColumns: Set(textColumns.map(\.name)))
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
    ///
    /// One of a column stays, unless it is of a text to text: `placed::date = …` fixes no value of `placed`.
    private static func withoutCasts(_ words: [SQLWord], textColumns: Set<String>?) -> [SQLWord] {
        var kept: [SQLWord] = []
        var position = 0
        while position < words.count {
            guard words[position].isSymbol("::"), isIdle(words, position, textColumns) else {
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

    /// Whether the cast at that position leaves the comparison what it is.
    private static func isIdle(_ words: [SQLWord], _ position: Int, _ textColumns: Set<String>?) -> Bool {
        var value = words[..<position]
        while value.last?.isSymbol(")") == true { value.removeLast() }
        guard let last = value.last, last.isName else { return true }
        guard position + 1 < words.count else { return false }
        let type = words[position + 1]
        guard type.is("text") || type.is("character") && position + 2 < words.count && words[position + 2].is("varying")
        else { return false }
        return textColumns?.contains { $0 == last.text || $0.lowercased() == last.text } ?? true
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

    static func conjuncts(of words: ArraySlice<SQLWord>) -> [ArraySlice<SQLWord>] {
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
        let isRange = rest[0].kind == .symbol && ["<", "<=", ">", ">="].contains(rest[0].text)
        if isRange, !value.isEmpty, value.allSatisfy(isPartOfMoment) { return .range(column: column) }
        guard rest[0].kind == .symbol, value.count == 1, isValue(value[0]) else { return nil }
        switch rest[0].text {
        case "=", "==": return .equals(column: column, value: value[0].text)
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

    /// Whether it may be part of an expression that is the same for all rows: `now() - '1 day'::interval`.
    private static func isPartOfMoment(_ word: SQLWord) -> Bool {
        let moments: Set<String> = ["now", "current_timestamp", "current_date", "localtimestamp"]
        let symbols: Set<String> = ["(", ")", "+", "-", "*", "/"]
        return isValue(word) || word.kind == .name && moments.contains(word.text)
            || word.kind == .symbol && symbols.contains(word.text)
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
