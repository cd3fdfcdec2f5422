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

    /// Nil for anything but a CREATE INDEX with a name.
    init?(_ sql: String) {
        var scanner = SQLScanner(sql)
        guard scanner.take(keyword: "create") else { return nil }
        isUnique = scanner.take(keyword: "unique")
        guard scanner.take(keyword: "index") else { return nil }
        _ = scanner.take(keyword: "concurrently")
        if scanner.take(keyword: "if") {
            guard scanner.take(keyword: "not"), scanner.take(keyword: "exists") else { return nil }
        }
        guard let name = scanner.takeName(), scanner.take(keyword: "on") else { return nil }
        isOnly = scanner.take(keyword: "only")
        guard let table = scanner.takeName() else { return nil }
        self.name = name
        self.table = table
        body = String(scanner.rest).droppingSuffix { $0.isWhitespace || $0 == ";" }
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

    /// Whether two statements differ in nothing but letter case, blanks, quotes around plain names, `ASC` and the names
    /// of schemas: what SQLite, which keeps the text of a CREATE INDEX as it was written, can be compared by.
    func isSame(as other: IndexStatement) -> Bool {
        isUnique == other.isUnique && table.last?.lowercased() == other.table.last?.lowercased()
            && Self.tokens(of: body) == Self.tokens(of: other.body)
    }

    /// Words in lower case, constants and punctuation as they are.
    private static func tokens(of body: String) -> [String] {
        var tokens: [String] = []
        var rest = body[...]
        while let first = rest.first {
            if first.isWhitespace {
                rest.removeFirst()
            } else if first == "'" || first == "\"" {
                let token = quoted(by: first, at: &rest)
                let inside = token.dropFirst().dropLast()
                let isPlain = first == "\"" && inside.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }
                tokens.append(isPlain ? inside.lowercased() : String(token))
            } else if first.isLetter || first.isNumber || first == "_" {
                let word = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "$" }
                rest.removeFirst(word.count)
                if word.lowercased() != "asc" { tokens.append(word.lowercased()) }
            } else {
                tokens.append(String(rest.removeFirst()))
            }
        }
        return tokens
    }

    /// A doubled quote within reads as two constants side by side, in the same way on both sides of a comparison.
    private static func quoted(by quote: Character, at rest: inout Substring) -> Substring {
        let inside = rest.dropFirst()
        let end = inside.firstIndex(of: quote).map { rest.index(after: $0) } ?? rest.endIndex
        defer { rest = rest[end...] }
        return rest[..<end]
    }
}
