import MartletCore

/// Takes words and names from the start of a statement; enough for the head of CREATE, DROP and REINDEX INDEX.
struct SQLWordCursor {
    private let words: [SQLWord]
    /// The position of the word that comes next; the number of words at the end.
    private(set) var position = 0

    init(_ words: [SQLWord]) {
        self.words = words
    }

    /// Takes a keyword, given in lower case.
    mutating func take(keyword: String) -> Bool {
        take { $0.is(keyword) }
    }

    /// Takes a name of one or more parts, each quoted or not, as the parts mean it.
    mutating func takeName() -> [String]? {
        var parts: [String] = []
        repeat {
            guard position < words.count, words[position].isName else { return nil }
            parts.append(words[position].text)
            position += 1
        } while take { $0.isSymbol(".") }
        return parts
    }

    private mutating func take(_ isWanted: (SQLWord) -> Bool) -> Bool {
        guard position < words.count, isWanted(words[position]) else { return false }
        position += 1
        return true
    }
}
