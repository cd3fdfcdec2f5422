/// Words that docs/STYLE.md forbids, and what to write instead.
struct BannedWordCheck {
    /// Endings of type, file and folder names that say nothing about what a thing is.
    private static let emptyNames = ["Manager", "Helper", "Helpers", "Util", "Utils", "Utility", "Utilities"]
    /// Folders named for time rather than for an idea.
    private static let emptyFolders: Set<Substring> = ["New", "Old", "Deprecated", "Legacy", "Misc", "Common"]
    private static let unfinished: Set<Substring> = ["TODO", "FIXME", "XXX", "HACK"]

    static func offences(in tree: SourceTree) -> [Offence] {
        tree.swiftFiles(below: "Sources").flatMap(offences)
    }

    static func offences(in file: SourceFile) -> [Offence] {
        path(file) + calls(file) + names(file) + comments(file)
    }

    private static func path(_ file: SourceFile) -> [Offence] {
        var offences: [Offence] = []
        for folder in file.path.split(separator: "/").dropLast() where isEmpty(folder) || emptyFolders.contains(folder)
        {
            offences.append(file.offence(1, "the folder '\(folder)' is no concept: name it after what is in it"))
        }
        for part in file.name.dropLast(".swift".count).split(separator: "+") where isEmpty(part) || part == "Internal" {
            offences.append(file.offence(1, "the file name says '\(part)': name it after the type in it"))
        }
        return offences
    }

    private static func calls(_ file: SourceFile) -> [Offence] {
        let code = file.code
        return code.indices.compactMap { index in
            let token = code[index]
            guard token.kind == .word else { return nil }
            let next = index + 1 < code.count ? code[index + 1] : nil
            let isAttachedBang = next?.isSymbol("!") == true && next?.isAttached == true
            let isPlainCall = next?.isSymbol("(") == true && !(index > 0 && isMemberOrDeclaration(code[index - 1]))
            switch token.text {
            case "try" where isAttachedBang: return file.offence(token.line, "'try!': throw the error, or handle it")
            case "as" where isAttachedBang:
                return file.offence(token.line, "'as!': use 'as?', and say what to do if not")
            case "fatalError":
                return file.offence(token.line, "'fatalError': throw, or 'precondition' for a caller's mistake")
            case "print" where isPlainCall && file.target != "MartletCLI",
                "debugPrint" where isPlainCall, "dump" where isPlainCall:
                return file.offence(token.line, "'\(token.text)(': only MartletCLI speaks to the user")
            default: return nil
            }
        }
    }

    private static func isMemberOrDeclaration(_ token: Token) -> Bool {
        token.isSymbol(".") || token.isWord("func")
    }

    private static func names(_ file: SourceFile) -> [Offence] {
        let code = file.code
        return code.indices.dropLast()
            .compactMap { index in
                guard code[index].isWord("struct", "class", "enum", "actor", "protocol", "typealias", "extension"),
                    isEmpty(Substring(code[index + 1].text))
                else { return nil }
                let name = code[index + 1].text
                return file.offence(code[index + 1].line, "'\(name)' does not say what it is: use a noun of the domain")
            }
    }

    private static func comments(_ file: SourceFile) -> [Offence] {
        file.tokens.filter { $0.kind == .comment }
            .flatMap { comment in
                comment.text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated()
                    .compactMap {
                        (offset, line) -> Offence? in
                        let words = line.split { !$0.isLetter && !$0.isNumber && $0 != "#" }
                        guard words.contains(where: unfinished.contains), !words.contains(where: isIssue) else {
                            return nil
                        }
                        return file.offence(
                            comment.line + offset,
                            "unfinished work without its issue: finish it, or add '#12'"
                        )
                    }
            }
    }

    private static func isIssue(_ word: Substring) -> Bool {
        word.first == "#" && word.count > 1 && word.dropFirst().allSatisfy(\.isNumber)
    }

    private static func isEmpty(_ name: Substring) -> Bool {
        // Foundation's own name is not ours to mend.
        name != "FileManager" && emptyNames.contains { name.hasSuffix($0) }
    }
}
