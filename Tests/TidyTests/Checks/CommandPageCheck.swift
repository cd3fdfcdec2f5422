/// Every command has a page, and every page a command.
struct CommandPageCheck {
    private static let target = "Sources/MartletCLI"
    private static let pages = "docs/commands/"

    static func offences(in tree: SourceTree) -> [Offence] {
        let sources = tree.swiftFiles(below: target)
        let commands = sources.flatMap(commands)
        let paths = Set(tree.files.map(\.path))
        var offences = commands.compactMap { command -> Offence? in
            let page = "\(pages)\(command.name).md"
            return paths.contains(page) ? nil : command.file.offence(command.line, "'\(command.name)' needs \(page)")
        }
        // More files than the root command alone and not one command read: then it is this check that is broken.
        if commands.isEmpty, let file = sources.first(where: { !isRoot($0) }) {
            offences.append(file.offence(1, "no command was recognised in \(target): see CommandPageCheck"))
        }
        let names = Set(commands.map(\.name))
        for path in paths.sorted() where path.hasPrefix(pages) && path.hasSuffix(".md") {
            let name = String(path.dropFirst(pages.count).dropLast(".md".count))
            if !names.contains(name) {
                offences.append(Offence(path: path, line: 1, message: "there is no command '\(name)' in \(target)"))
            }
        }
        return offences
    }

    /// The commands that a file declares at its top level; those nested in another share its page.
    ///
    /// Those in a folder of their own are nested in the one that has the folder's name.
    private static func commands(in file: SourceFile) -> [(name: String, file: SourceFile, line: Int)] {
        guard !isRoot(file) else { return [] }
        let folder = file.path.firstMatch(of: /\/Commands\/([A-Za-z]+)\//).map { String($0.1) }
        return TypeDeclaration.all(in: file)
            .compactMap { type in
                guard type.inheritance.contains(where: { $0.hasSuffix("ParsableCommand") }) else { return nil }
                if let folder, type.name != folder + "Command" { return nil }
                return (
                    written(in: file, within: type.firstLine...type.lastLine) ?? derived(from: type.name), file,
                    type.firstLine
                )
            }
    }

    private static func isRoot(_ file: SourceFile) -> Bool {
        zip(file.code, file.code.dropFirst()).contains { $0.isSymbol("@") && $1.isWord("main") }
    }

    /// The text behind `commandName:`.
    private static func written(in file: SourceFile, within lines: ClosedRange<Int>) -> String? {
        let code = file.code
        let label = code.indices.first { lines.contains(code[$0].line) && code[$0].isWord("commandName") }
        guard let label, label + 2 < code.count, code[label + 2].kind == .literal else { return nil }
        return code[label + 2].text
    }

    /// `IndexesCommand` is `indexes`, `PoolAdvice` is `pool-advice`: as ArgumentParser derives it.
    private static func derived(from type: String) -> String {
        let stem = type.hasSuffix("Command") ? String(type.dropLast("Command".count)) : type
        return stem.enumerated()
            .reduce(into: "") { name, character in
                if character.element.isUppercase, character.offset > 0 { name += "-" }
                name += character.element.lowercased()
            }
    }
}
