import MartletCore

/// What a statement does and to which tables, in a few words: `SELECT songs artists`.
///
/// As OpenTelemetry describes `db.query.summary`: operations and their targets in the order of the text, no values.
/// https://opentelemetry.io/docs/specs/semconv/database/database-spans/#generating-a-summary-of-the-query
/// A tolerant reader of words: what it cannot place it leaves out.
struct StatementSummary: Sendable, Hashable {
    /// Bytes of a summary at the most; what would be cut is left out as a whole.
    static let bytesMax = 255

    /// The first operation, such as `SELECT`; nil for a text without words.
    private(set) var operation: String?
    /// The tables, each once.
    private(set) var collections: [String] = []
    /// The summary.
    private(set) var text = ""

    private var parts: [(operation: String, targets: [String])] = []

    init(_ text: String, dialect: Dialect) {
        let words = SQLWord.words(of: text, dialect: dialect)
        guard let first = words.first(where: { !$0.isSymbol("(") }) else { return }
        if Self.operations.contains(first.text) || first.is("with") {
            readOperations(words)
        } else {
            readDefinition(words)
        }
        operation = parts.first?.operation
        for target in parts.flatMap(\.targets) where !collections.contains(target) { collections.append(target) }
        self.text = Self.joined(parts)
        parts = []
    }

    static func == (left: StatementSummary, right: StatementSummary) -> Bool {
        left.text == right.text && left.collections == right.collections
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(text)
    }

    private static let operations: Set<String> = ["select", "insert", "update", "delete", "merge", "replace", "values"]
    private static let definitions: Set<String> = ["create", "alter", "drop", "truncate"]
    /// Functions whose arguments have a FROM between them.
    private static let functionsWithFrom: Set<String> = ["extract", "substring", "trim", "overlay"]

    private mutating func readOperations(_ words: [SQLWord]) {
        let named = Self.commonTables(words)
        var parentheses: [Bool] = []
        for (position, word) in words.enumerated() {
            let previous = position > 0 ? words[position - 1] : nil
            if word.isSymbol("(") { parentheses.append(Self.functionsWithFrom.contains(previous?.text ?? "")) }
            if word.isSymbol(")") { _ = parentheses.popLast() }
            guard word.kind == .name else { continue }
            let isClause = ["for", "key", "do", "on"].contains { previous?.is($0) == true }
            // VALUES is an operation by itself, and part of one behind INSERT.
            let isPart = word.is("values") && !parts.isEmpty
            if Self.operations.contains(word.text), !isClause, !isPart, previous?.isSymbol(".") != true {
                begin(word.text)
                if word.text == "update" { add(Self.names(after: position, in: words).prefix(1), except: named) }
            }
            switch word.text {
            case "from" where parentheses.last == true || previous?.is("distinct") == true: break
            case "from", "join", "using": add(Self.names(after: position, in: words)[...], except: named)
            case "into": add(Self.names(after: position, in: words, isInsert: true).prefix(1), except: named)
            default: break
            }
        }
    }

    /// `CREATE TABLE users`, `COMMIT`.
    private mutating func readDefinition(_ words: [SQLWord]) {
        guard let first = words.first, first.kind == .name else { return }
        guard Self.definitions.contains(first.text) else {
            parts = [(first.text.uppercased(), [])]
            return
        }
        let skipped: Set<String> = [
            "unique", "temp", "temporary", "unlogged", "concurrently", "if", "not", "exists", "or", "replace", "only",
        ]
        let rest = words.dropFirst().filter { !($0.kind == .name && skipped.contains($0.text)) }
        guard let object = rest.first, object.kind == .name else { return }
        parts = [("\(first.text) \(object.text)".uppercased(), [])]
        let isTable = object.is("table") || object.is("view")
        if isTable, rest.count > 1 {
            add(Self.names(after: 0, in: Array(rest), isInsert: true).prefix(1), except: [])
        }
    }

    private mutating func begin(_ operation: String) {
        let name = operation.uppercased()
        if parts.last?.operation != name { parts.append((name, [])) }
    }

    private mutating func add(_ names: ArraySlice<String>, except common: Set<String>) {
        for name in names where !common.contains(name) && !parts.isEmpty {
            let last = parts.count - 1
            if !parts[last].targets.contains(name) { parts[last].targets.append(name) }
        }
    }

    /// Names that WITH gives to its queries.
    private static func commonTables(_ words: [SQLWord]) -> Set<String> {
        guard words.contains(where: { $0.is("with") }) else { return [] }
        var names: Set<String> = []
        for (position, word) in words.enumerated() where word.isName && position > 0 {
            let isFirst = words[position - 1].is("with") || words[position - 1].is("recursive")
            let isNamed = words.dropFirst(position + 1).prefix(2).map(\.text) == ["as", "("]
            if isFirst || isNamed { names.insert(word.text) }
        }
        return names
    }

    /// The tables of a list: `a, b AS c, schema.d`.
    private static func names(after position: Int, in words: [SQLWord], isInsert: Bool = false) -> [String] {
        var names: [String] = []
        var index = position + 1
        while index < words.count {
            while index < words.count, words[index].is("only") || words[index].is("lateral") { index += 1 }
            guard index < words.count, words[index].isName, !operations.contains(words[index].text) else { break }
            var name = words[index].text
            index += 1
            while index + 1 < words.count, words[index].isSymbol("."), words[index + 1].isName {
                name = words[index + 1].text
                index += 2
            }
            let isFunction = index < words.count && words[index].isSymbol("(") && !isInsert
            if isFunction { break }
            names.append(name)
            if index < words.count, words[index].is("as") { index += 1 }
            if index < words.count, words[index].isName, index + 1 < words.count, words[index + 1].isSymbol(",") {
                index += 1
            }
            guard index < words.count, words[index].isSymbol(",") else { break }
            index += 1
        }
        return names
    }

    private static func joined(_ parts: [(operation: String, targets: [String])]) -> String {
        var text = ""
        for word in parts.flatMap({ [$0.operation] + $0.targets }) {
            let added = text.isEmpty ? word : " " + word
            guard text.utf8.count + added.utf8.count <= bytesMax else { return text }
            text += added
        }
        return text
    }
}
