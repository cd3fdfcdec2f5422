/// Where a function, initialiser, subscript or computed variable stands.
struct FunctionSpan: Hashable {
    var name: String
    var firstLine: Int
    var lastLine: Int

    var lines: Int {
        lastLine - firstLine + 1
    }

    /// All bodies in a file, outer ones before those within them.
    static func all(in file: SourceFile) -> [FunctionSpan] {
        let code = file.code
        return code.indices.compactMap { index in
            guard declares(code, at: index), let open = bodyStart(code, after: index) else { return nil }
            let close = closingBrace(code, of: open)
            return FunctionSpan(name: name(code, at: index), firstLine: code[index].line, lastLine: code[close].line)
        }
    }

    /// The index of the brace that closes the one at `open`, or the last index.
    static func closingBrace(_ code: [Token], of open: Int) -> Int {
        let depth = code[open].braceDepth
        return code[(open + 1)...].firstIndex { $0.isSymbol("}") && $0.braceDepth == depth } ?? code.count - 1
    }

    private static func declares(_ code: [Token], at index: Int) -> Bool {
        guard code[index].isWord("func", "init", "deinit", "subscript", "var") else { return false }
        // `.init(…)` and `self.init(…)` call; `(init: …)` labels.
        guard index > 0 else { return true }
        return !code[index - 1].isSymbol(".") && code[index].groupDepth == 0
    }

    /// The brace that opens the body; nil for a requirement of a protocol or a variable that is only stored.
    private static func bodyStart(_ code: [Token], after start: Int) -> Int? {
        let declaration = code[start]
        for index in (start + 1)..<max(start + 1, code.count) {
            let token = code[index]
            if token.isSymbol("}"), token.braceDepth < declaration.braceDepth { return nil }
            // What stands in parentheses, such as a closure as default argument, is no body.
            guard token.braceDepth == declaration.braceDepth, token.groupDepth == 0 else { continue }
            if token.isSymbol("{") { return index }
            if declares(code, at: index) || begins(token) { return nil }
            if declaration.isWord("var"), token.line > code[index - 1].lastLine { return nil }
        }
        return nil
    }

    private static func begins(_ token: Token) -> Bool {
        token.isWord("let", "case", "struct", "class", "enum", "protocol", "extension", "associatedtype")
    }

    private static func name(_ code: [Token], at index: Int) -> String {
        guard code[index].isWord("func", "var"), index + 1 < code.count else { return code[index].text }
        return code[index + 1].text
    }
}
