/// A type or extension that stands at the top level of a file.
struct TypeDeclaration: Hashable {
    var name: String
    var isExtension: Bool
    var isPrivate: Bool
    var firstLine: Int
    var lastLine: Int
    /// What stands between its name and its body, such as the protocols it conforms to.
    var inheritance: [String]

    var lines: Int {
        lastLine - firstLine + 1
    }

    private static let keywords: Set<String> = ["struct", "class", "enum", "actor", "protocol", "extension"]
    private static let modifiers: Set<String> = [
        "public", "package", "internal", "private", "fileprivate", "open", "final", "indirect", "nonisolated", "unsafe",
        "safe", "distributed",
    ]

    /// All at the top level of a file, in order.
    static func all(in file: SourceFile) -> [TypeDeclaration] {
        let code = file.code
        return code.indices.compactMap { index in
            let token = code[index]
            guard token.braceDepth == 0, token.groupDepth == 0, token.kind == .word, keywords.contains(token.text),
                index + 1 < code.count, code[index + 1].kind == .word,
                !(index > 0 && code[index - 1].isWord("import")),
                let open = code[index...].firstIndex(where: { $0.isSymbol("{") && $0.braceDepth == 0 })
            else { return nil }
            let modifiers = modifiers(code, before: index)
            return TypeDeclaration(
                name: name(code, at: index + 1),
                isExtension: token.text == "extension",
                isPrivate: modifiers.contains("private") || modifiers.contains("fileprivate"),
                firstLine: token.line,
                lastLine: code[FunctionSpan.closingBrace(code, of: open)].line,
                inheritance: code[(index + 2)..<max(open, index + 2)].filter { $0.kind == .word }.map(\.text)
            )
        }
    }

    private static func name(_ code: [Token], at start: Int) -> String {
        var name = code[start].text
        var index = start + 1
        while index + 1 < code.count, code[index].isSymbol("."), code[index + 1].kind == .word {
            name += "." + code[index + 1].text
            index += 2
        }
        return name
    }

    private static func modifiers(_ code: [Token], before index: Int) -> Set<String> {
        let words = code[..<index].reversed().prefix { $0.kind == .word && modifiers.contains($0.text) }
        return Set(words.map(\.text))
    }
}
