/// One word of an SQL text: as much as rules need to find tables, columns and conditions in it.
struct SQLWord: Hashable {
    enum Kind: Hashable {
        /// A keyword or a name without quotes, in lower case.
        case name
        /// A name that stood in quotes, as it is.
        case quotedName
        /// A string or a number.
        case literal
        /// `$1`, `?`, `?1`, `:name`, `@name`.
        case placeholder
        /// Anything else; `::` is one word.
        case symbol
    }

    var kind: Kind
    var text: String

    /// Whether it is that keyword, given in lower case.
    func `is`(_ keyword: String) -> Bool {
        kind == .name && text == keyword
    }

    func isSymbol(_ symbol: String) -> Bool {
        kind == .symbol && text == symbol
    }

    var isName: Bool { kind == .name || kind == .quotedName }

    /// The words of a text in order, comments left out. Never fails: what it does not know is a symbol.
    static func words(of text: String) -> [SQLWord] {
        var reader = SQLWordReader(text)
        var words: [SQLWord] = []
        while let word = reader.next() { words.append(word) }
        return words
    }
}

/// Goes through the bytes of an SQL text.
private struct SQLWordReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ text: String) {
        bytes = Array(text.utf8)
    }

    mutating func next() -> SQLWord? {
        skipSpaceAndComments()
        guard position < bytes.count else { return nil }
        let start = position
        switch bytes[position] {
        case UInt8(ascii: "'"):
            _ = takeQuoted(until: UInt8(ascii: "'"))
            return SQLWord(kind: .literal, text: text(from: start))
        case UInt8(ascii: "\""): return SQLWord(kind: .quotedName, text: takeQuoted(until: UInt8(ascii: "\"")))
        case UInt8(ascii: "`"): return SQLWord(kind: .quotedName, text: takeQuoted(until: UInt8(ascii: "`")))
        case UInt8(ascii: "0")...UInt8(ascii: "9"):
            take { Self.isNameByte($0) || $0 == UInt8(ascii: ".") }
            return SQLWord(kind: .literal, text: text(from: start))
        case let byte where Self.isNameByte(byte):
            take(Self.isNameByte)
            return SQLWord(kind: .name, text: text(from: start).lowercased())
        case UInt8(ascii: "?"), UInt8(ascii: "$"), UInt8(ascii: "@"):
            position += 1
            take(Self.isNameByte)
            return SQLWord(kind: .placeholder, text: text(from: start))
        case UInt8(ascii: ":"): return takeColon()
        default:
            position += 1
            return SQLWord(kind: .symbol, text: text(from: start))
        }
    }

    private mutating func takeColon() -> SQLWord {
        let start = position
        position += 1
        if byte(at: position) == UInt8(ascii: ":") {
            position += 1
            return SQLWord(kind: .symbol, text: "::")
        }
        take(Self.isNameByte)
        return SQLWord(kind: position == start + 1 ? .symbol : .placeholder, text: text(from: start))
    }

    /// A quote doubled within stands for itself.
    private mutating func takeQuoted(until quote: UInt8) -> String {
        position += 1
        var content: [UInt8] = []
        while let byte = byte(at: position) {
            position += 1
            if byte == quote {
                guard self.byte(at: position) == quote else { break }
                position += 1
            }
            content.append(byte)
        }
        return String(decoding: content, as: UTF8.self)
    }

    private mutating func skipSpaceAndComments() {
        while let byte = byte(at: position) {
            if byte <= UInt8(ascii: " ") {
                position += 1
            } else if byte == UInt8(ascii: "-"), self.byte(at: position + 1) == byte {
                take { $0 != UInt8(ascii: "\n") }
            } else if byte == UInt8(ascii: "/"), self.byte(at: position + 1) == UInt8(ascii: "*") {
                skipBlockComment()
            } else {
                return
            }
        }
    }

    private mutating func skipBlockComment() {
        position += 2
        while let byte = byte(at: position) {
            position += 1
            if byte == UInt8(ascii: "*"), self.byte(at: position) == UInt8(ascii: "/") {
                position += 1
                return
            }
        }
    }

    private mutating func take(_ belongs: (UInt8) -> Bool) {
        while let byte = byte(at: position), belongs(byte) { position += 1 }
    }

    private func byte(at position: Int) -> UInt8? {
        position < bytes.count ? bytes[position] : nil
    }

    private func text(from start: Int) -> String {
        String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 128...255:
            true
        default: false
        }
    }
}
