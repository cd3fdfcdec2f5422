/// Reads the words and names at the start of a statement; enough for the head of CREATE, DROP and REINDEX INDEX.
struct SQLScanner {
    private(set) var rest: Substring

    init(_ sql: String) {
        rest = sql[...]
        skipBlanks()
    }

    /// Takes a keyword in any letter case.
    mutating func take(keyword: String) -> Bool {
        let word = rest.prefix(while: Self.isWordCharacter)
        guard word.lowercased() == keyword.lowercased() else { return false }
        rest.removeFirst(word.count)
        skipBlanks()
        return true
    }

    /// Takes one punctuation character.
    mutating func take(_ character: Character) -> Bool {
        guard rest.first == character else { return false }
        rest.removeFirst()
        skipBlanks()
        return true
    }

    /// Takes a name of one or more parts, each quoted or not, as the parts mean it: unquoted ones fold to lower case,
    /// as PostgreSQL does and as makes no difference on SQLite.
    mutating func takeName() -> [String]? {
        var parts: [String] = []
        repeat {
            guard let part = takeNamePart() else { return nil }
            parts.append(part)
        } while take(".")
        return parts
    }

    private mutating func takeNamePart() -> String? {
        if rest.first == "\"" {
            guard let quoted = takeQuoted() else { return nil }
            skipBlanks()
            return quoted
        }
        let word = rest.prefix(while: Self.isWordCharacter)
        guard !word.isEmpty else { return nil }
        rest.removeFirst(word.count)
        skipBlanks()
        return word.lowercased()
    }

    /// Characters are compared as scalars: a combining mark after a quote would otherwise hide it.
    private mutating func takeQuoted() -> String? {
        var name = String.UnicodeScalarView()
        var scalars = rest.unicodeScalars.dropFirst()
        while let scalar = scalars.popFirst() {
            guard scalar == "\"" else {
                name.append(scalar)
                continue
            }
            guard scalars.first == "\"" else {
                rest = Substring(scalars)
                return String(name)
            }
            name.append("\"")
            scalars.removeFirst()
        }
        return nil
    }

    private mutating func skipBlanks() {
        while true {
            rest = rest.drop(while: \.isWhitespace)
            if rest.hasPrefix("--") {
                rest = rest.drop { !$0.isNewline }
            } else if rest.hasPrefix("/*"), let end = rest.firstRange(of: "*/") {
                rest = rest[end.upperBound...]
            } else {
                return
            }
        }
    }

    private static func isWordCharacter(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || character == "_" || character == "$"
    }
}
