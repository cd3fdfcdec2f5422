import MartletCore

/// CREATE INDEX taken apart: what goes before the column list, and the rest as it is.
struct IndexStatement: Sendable, Hashable {
    var isUnique: Bool
    /// The parts of the index's name, unquoted.
    var name: [String]
    var isOnly: Bool
    /// The parts of the table's name, unquoted.
    var table: [String]
    /// From `USING` or the parenthesis to the end, without a semicolon.
    var body: String
    private let dialect: Dialect

    /// Nil for anything but a CREATE INDEX with a name.
    init?(_ sql: String, dialect: Dialect) {
        let text = SQLWords(sql, dialect: dialect)
        var cursor = SQLWordCursor(text.words)
        guard cursor.take(keyword: "create") else { return nil }
        isUnique = cursor.take(keyword: "unique")
        guard cursor.take(keyword: "index") else { return nil }
        _ = cursor.take(keyword: "concurrently")
        if cursor.take(keyword: "if") {
            guard cursor.take(keyword: "not"), cursor.take(keyword: "exists") else { return nil }
        }
        guard let name = cursor.takeName(), cursor.take(keyword: "on") else { return nil }
        isOnly = cursor.take(keyword: "only")
        guard let table = cursor.takeName() else { return nil }
        self.name = name
        self.table = table
        let end = text.words.lastIndex { !$0.isSymbol(";") } ?? 0
        body = text.text(from: cursor.position, to: end + 1)
        self.dialect = dialect
    }

    /// The statement with another index and table in its place.
    func sql(name: String, table: String, concurrently: Bool = false) -> String {
        let words = [
            "CREATE", isUnique ? "UNIQUE" : nil, "INDEX", concurrently ? "CONCURRENTLY" : nil, name, "ON",
            isOnly ? "ONLY" : nil, table, body,
        ]
        return words.compactMap(\.self).joined(separator: " ")
    }

    /// The statement that builds the same index without blocking writers; both names quoted.
    ///
    /// PostgreSQL takes the index's schema from the table and refuses one before the name.
    /// https://www.postgresql.org/docs/15/sql-createindex.html
    var concurrentSQL: String {
        sql(
            name: Identifier(name.last ?? "").quoted,
            table: table.map { Identifier($0).quoted }.joined(separator: "."),
            concurrently: true
        )
    }

    /// The statement that builds it while nobody else uses the table; both names quoted.
    var blockingSQL: String {
        sql(
            name: Identifier(name.last ?? "").quoted,
            table: table.map { Identifier($0).quoted }.joined(separator: ".")
        )
    }

    /// Adds the tablespace, which stands between the storage parameters and the condition.
    mutating func place(inTablespace tablespace: String) {
        let text = SQLWords(body, dialect: dialect)
        var depth = 0
        let condition = text.words.firstIndex { word in
            if word.isSymbol("(") { depth += 1 }
            if word.isSymbol(")") { depth -= 1 }
            return depth == 0 && word.is("where")
        }
        let clause = "TABLESPACE \(Identifier(tablespace).quoted)"
        guard let condition else { return body += " " + clause }
        body =
            text.text(from: 0, to: condition) + " \(clause) " + text.text(from: condition, to: text.words.count)
    }

    /// Whether two statements differ in nothing but letter case, blanks, quotes around plain names, `ASC` and the names
    /// of schemas: what SQLite, which keeps the text of a CREATE INDEX as it was written, can be compared by.
    func isSame(as other: IndexStatement) -> Bool {
        isUnique == other.isUnique && table.last?.lowercased() == other.table.last?.lowercased()
            && comparableBody == other.comparableBody
    }

    /// Words in lower case, constants and punctuation as they are.
    private var comparableBody: [String] {
        SQLWord.words(of: body, dialect: dialect)
            .compactMap { word in
                guard word.kind == .quotedName else { return word.is("asc") ? nil : word.text }
                let isPlain = word.text.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }
                return isPlain ? word.text.lowercased() : Identifier(word.text).quoted
            }
    }
}
