/// Every rule is described in docs/findings.md.
struct FindingPageCheck {
    private static let folder = "Sources/MartletAdvisor/Rules"
    private static let page = "docs/findings.md"

    static func offences(in tree: SourceTree) -> [Offence] {
        let sources = tree.swiftFiles(below: folder)
        let rules = sources.flatMap { file in names(in: file).map { (name: $0.text, file: file, line: $0.line) } }
        let text = tree.files.first { $0.path == page }?.text ?? ""
        // `foreign-key` is not described by a page that only has `foreign-key-without-index`.
        let described = Set(text.split { !$0.isLetter && !$0.isNumber && $0 != "-" })
        var offences = rules.filter { !described.contains(Substring($0.name)) }
            .map { rule in
                rule.file.offence(rule.line, "the rule '\(rule.name)' is not described in \(page)")
            }
        if rules.isEmpty, let first = sources.first {
            offences.append(first.offence(1, "no rule was recognised in \(folder): see FindingPageCheck"))
        }
        return offences
    }

    /// The literals behind `static let name =`.
    private static func names(in file: SourceFile) -> [Token] {
        let code = file.code
        return code.indices.dropLast(4)
            .compactMap { index in
                guard code[index].isWord("static"), code[index + 1].isWord("let"), code[index + 2].isWord("name"),
                    code[index + 3].isSymbol("="), code[index + 4].kind == .literal
                else { return nil }
                return code[index + 4]
            }
    }
}
