internal import MartletCore

/// Which table each name in a statement stands for.
///
/// SQLite's plans name a table by its alias alone, so the statement has to tell what that is.
struct TableAliases: Sendable {
    private var tables: [String: Set<String>] = [:]

    /// Words that may follow a table's name without being its alias.
    private static let notAliases: Set<String> = [
        "on", "using", "where", "group", "order", "limit", "join", "left", "right", "full", "inner", "cross", "natural",
        "outer", "set", "values", "select", "union", "except", "intersect", "having", "window", "indexed", "not",
        "returning", "default", "as", "and", "or", "in", "is", "like", "between", "then", "else", "end", "asc", "desc",
    ]

    /// Reads statements and the views they name; `known` gives the proper name of a table for its name in lower case.
    init(_ texts: [String], known: [String: String]) {
        for text in texts { add(SQLWord.words(of: text, dialect: .sqlite), known: known) }
        // A table whose name nobody took as an alias stands for itself.
        for (lowered, name) in known where tables[lowered] == nil { tables[lowered] = [name] }
    }

    /// The table behind a name of a plan; nil where there is none or more than one.
    func table(for name: String) -> String? {
        let name = name.lowercased()
        // A table that is written with its schema, and without an alias, has the schema in its plan too.
        let written = name.hasPrefix(Self.schema) ? String(name.dropFirst(Self.schema.count)) : name
        guard let candidates = tables[name] ?? tables[written], candidates.count == 1 else { return nil }
        return candidates.first
    }

    private static let schema = "main."

    private mutating func add(_ words: [SQLWord], known: [String: String]) {
        for (position, word) in words.enumerated() {
            guard word.isName, let table = known[word.text.lowercased()] else { continue }
            var next = position + 1
            if next < words.count, words[next].is("as") { next += 1 }
            guard next < words.count, words[next].isName else { continue }
            let alias = words[next]
            if alias.kind == .name, Self.notAliases.contains(alias.text) { continue }
            tables[alias.text.lowercased(), default: []].insert(table)
        }
    }
}
