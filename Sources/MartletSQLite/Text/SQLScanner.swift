/// Reads one token after the other.
struct SQLScanner {
    let bytes: [UInt8]
    private var position = 0

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    mutating func next() -> SQLToken? {
        skipBlanks()
        guard position < bytes.count else { return nil }
        let start = position
        let byte = bytes[position]
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "`"):
            return SQLToken(kind: .quotedName, text: takeQuoted(until: byte), range: start..<position)
        case UInt8(ascii: "["):
            return SQLToken(kind: .quotedName, text: takeQuoted(until: UInt8(ascii: "]")), range: start..<position)
        case UInt8(ascii: "'"):
            return SQLToken(kind: .literal, text: takeQuoted(until: byte), range: start..<position)
        case 48...57, UInt8(ascii: "?"), UInt8(ascii: ":"), UInt8(ascii: "@"), UInt8(ascii: "$"):
            position += 1
            takeWord(alsoPoint: true)
            return token(.literal, from: start)
        case let byte where Self.isPartOfWord(byte):
            takeWord(alsoPoint: false)
            return token(.word, from: start)
        default:
            position += 1
            return token(.symbol, from: start)
        }
    }

    private func token(_ kind: SQLToken.Kind, from start: Int) -> SQLToken {
        SQLToken(kind: kind, text: String(decoding: bytes[start..<position], as: UTF8.self), range: start..<position)
    }

    private mutating func skipBlanks() {
        while position < bytes.count {
            switch (bytes[position], position + 1 < bytes.count ? bytes[position + 1] : 0) {
            case (9...13, _), (32, _): position += 1
            case (UInt8(ascii: "-"), UInt8(ascii: "-")):
                while position < bytes.count, bytes[position] != 10 { position += 1 }
            case (UInt8(ascii: "/"), UInt8(ascii: "*")):
                position += 2
                while position < bytes.count, !(bytes[position - 1] == 42 && bytes[position] == 47) { position += 1 }
                position += 1
            default: return
            }
        }
        position = min(position, bytes.count)
    }

    /// A doubled closing mark stands for one, except in brackets, where there is none within.
    private mutating func takeQuoted(until mark: UInt8) -> String {
        position += 1
        var content: [UInt8] = []
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            if byte == mark {
                guard mark != UInt8(ascii: "]"), position < bytes.count, bytes[position] == mark else { break }
                position += 1
            }
            content.append(byte)
        }
        return String(decoding: content, as: UTF8.self)
    }

    private mutating func takeWord(alsoPoint: Bool) {
        while position < bytes.count, Self.isPartOfWord(bytes[position]) || alsoPoint && bytes[position] == 46 {
            position += 1
        }
    }

    private static func isPartOfWord(_ byte: UInt8) -> Bool {
        switch byte {
        case 48...57, 65...90, 97...122, UInt8(ascii: "_"), UInt8(ascii: "$"), 128...: true
        default: false
        }
    }
}
