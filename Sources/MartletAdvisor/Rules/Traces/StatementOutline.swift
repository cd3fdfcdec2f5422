/// What rules for traces need to know of a statement's text: its tables and a few of its clauses.
///
/// A tolerant reader of words, not a parser: names it cannot place are taken for tables, which makes a rule more careful,
/// never bolder.
struct StatementOutline {
    enum Kind {
        /// Only reads.
        case read
        /// Changes rows.
        case write
        /// BEGIN, COMMIT, SAVEPOINT and the like.
        case transaction
        /// Anything else, which may do anything.
        case other
    }

    private(set) var kind = Kind.other
    /// Tables it may read, in lower case, without their schema.
    private(set) var tablesRead: Set<String> = []
    /// Tables it changes, in lower case, without their schema.
    private(set) var tablesWritten: Set<String> = []
    /// FOR UPDATE, FOR SHARE and their weaker forms.
    private(set) var locksRows = false
    /// LIMIT or FETCH FIRST around the whole.
    private(set) var hasLimit = false
    /// Returns aggregates: one row, or one for each group.
    private(set) var aggregates = false
    /// Asks for a list of values that the caller gave.
    private(set) var takesList = false
    /// Whether it is an UPDATE, or has one in it.
    private(set) var updates = false
    /// UPDATE: sets a column to a value that the caller gave, as opposed to one computed from the row.
    private(set) var assignsParameter = false
    /// UPDATE: positions of the parameters in its WHERE, from 0; nil where they cannot be told.
    private(set) var conditionParameters: [Int]?
    /// BEGIN or SET TRANSACTION: whether a row that another changed since it was read cannot be overwritten.
    private(set) var refusesStaleWrites = false

    init(_ text: String) {
        let words = SQLWord.words(of: text)
        guard let first = words.first else { return }
        kind = Self.kind(of: first, words)
        if kind == .transaction {
            refusesStaleWrites = words.contains { $0.is("serializable") || $0.is("repeatable") }
            return
        }
        readTables(words)
        readClauses(words)
        if updates, tablesWritten.count == 1 { readUpdate(words) }
    }

    private static let transactionWords: Set<String> = [
        "begin", "start", "commit", "end", "rollback", "abort", "savepoint", "release", "set",
    ]
    private static let writeWords: Set<String> = ["insert", "update", "delete", "merge", "replace"]

    private static func kind(of first: SQLWord, _ words: [SQLWord]) -> Kind {
        guard first.kind == .name || first.isSymbol("(") else { return .other }
        if transactionWords.contains(first.text) { return .transaction }
        if writeWords.contains(first.text) { return .write }
        let canRead = ["select", "with", "values", "("].contains(first.text)
        return canRead ? .read : .other
    }

    // MARK: Tables

    private mutating func readTables(_ words: [SQLWord]) {
        for (position, word) in words.enumerated() where word.kind == .name {
            let previous = position > 0 ? words[position - 1] : nil
            switch word.text {
            case "from":
                let names = Self.names(after: position, in: words)
                if previous?.is("delete") == true { write(names) } else { tablesRead.formUnion(names) }
            case "join", "using": tablesRead.formUnion(Self.names(after: position, in: words))
            case "into": write(Self.names(after: position, in: words).prefix(1))
            case "update":
                // FOR UPDATE, FOR NO KEY UPDATE, ON CONFLICT DO UPDATE and ON UPDATE name no table.
                let isClause = ["for", "key", "do", "on"].contains { previous?.is($0) == true }
                if !isClause {
                    updates = true
                    write(Self.names(after: position, in: words).prefix(1))
                }
            default: break
            }
        }
    }

    private mutating func write(_ names: some Sequence<String>) {
        tablesWritten.formUnion(names)
        if kind == .read { kind = .write }
    }

    /// The names behind a keyword: one, or several with commas between, with aliases left out.
    private static func names(after keyword: Int, in words: [SQLWord]) -> [String] {
        var names: [String] = []
        var position = keyword + 1
        while true {
            while position < words.count, words[position].is("only") || words[position].is("lateral") { position += 1 }
            guard position < words.count, words[position].isName else { return names }
            var name = words[position].text
            while position + 2 < words.count, words[position + 1].isSymbol("."), words[position + 2].isName {
                position += 2
                name = words[position].text
            }
            names.append(name.lowercased())
            position += 1
            if position < words.count, words[position].is("as") { position += 1 }
            if position < words.count, words[position].isName, position + 1 < words.count,
                words[position + 1].isSymbol(",")
            {
                position += 1
            }
            guard position < words.count, words[position].isSymbol(",") else { return names }
            position += 1
        }
    }

    // MARK: Clauses

    private static let aggregateNames: Set<String> = [
        "count", "sum", "avg", "min", "max", "total", "string_agg", "array_agg", "group_concat", "json_agg",
        "jsonb_agg", "json_group_array", "bool_or", "bool_and", "every",
    ]

    private mutating func readClauses(_ words: [SQLWord]) {
        var depth = 0
        for (position, word) in words.enumerated() {
            if word.isSymbol("(") { depth += 1 }
            if word.isSymbol(")") { depth -= 1 }
            guard word.kind == .name else { continue }
            let next = position + 1 < words.count ? words[position + 1] : nil
            switch word.text {
            case "for": if ["update", "share", "no", "key"].contains(next?.text) { locksRows = true }
            case "any", "json_each", "unnest": takesList = true
            case "in": if next?.isSymbol("(") == true, words[(position + 2)...].first?.is("select") != true { takesList = true }
            case "limit", "fetch": if depth == 0 { hasLimit = true }
            case "group": if depth == 0, next?.is("by") == true { aggregates = true }
            case let name where depth == 0 && Self.aggregateNames.contains(name) && next?.isSymbol("(") == true:
                // A window function returns every row.
                if !words.contains(where: { $0.is("over") }) { aggregates = true }
            default: break
            }
        }
    }

    private mutating func readUpdate(_ words: [SQLWord]) {
        guard let set = words.firstIndex(where: { $0.is("set") }) else { return }
        let end = words[set...].firstIndex { $0.is("where") } ?? words.endIndex
        for position in set..<end where words[position].kind == .placeholder && words[position - 1].isSymbol("=") {
            let next = position + 1 < words.count ? words[position + 1] : nil
            if position + 1 == end || next?.isSymbol(",") == true || next?.isSymbol("::") == true { assignsParameter = true }
        }
        // `$2` and `?2` say where their value stands; a bare `?` counts from the left.
        let placeholders = words.enumerated().filter { $0.element.kind == .placeholder }
        var positions: [Int] = []
        for (order, placeholder) in placeholders.enumerated() where placeholder.offset > end {
            let digits = placeholder.element.text.dropFirst()
            guard let position = digits.isEmpty ? order : Int(digits).map({ $0 - 1 }) else { return }
            positions.append(position)
        }
        conditionParameters = positions
    }
}
