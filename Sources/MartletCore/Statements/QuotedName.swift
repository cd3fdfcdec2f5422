/// A name in quotes of any kind, together with them.
struct QuotedName {
    private let text: UnsafeRawBufferPointer
    private let quote: UInt8
    private let start: Int

    init(_ text: UnsafeRawBufferPointer) {
        self.text = text
        // U&"…" keeps its prefix within the name, as its escapes mean something else without it.
        start = text[0] == .doubleQuote || text[0] == .backtick || text[0] == .openBracket ? 1 : 0
        quote = start == 0 ? 0 : (text[0] == .openBracket ? .closeBracket : text[0])
    }

    /// Whether it is `U&"…"`.
    var isPrefixed: Bool { start == 0 }

    /// What is between the quotes.
    var content: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: text[start..<text.count - start])
    }

    /// The bytes of the name itself.
    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        forEachByte(foldingCase: false) { bytes.append($0) }
        return bytes
    }

    /// Hands over the bytes of the name itself: what was doubled to stand within the quotes is single.
    @inline(__always)
    func forEachByte(foldingCase: Bool, _ body: (UInt8) -> Void) {
        var index = start
        let end = text.count - start
        while index < end {
            let byte = text[index]
            index &+= byte == quote && index &+ 1 < end ? 2 : 1
            body(foldingCase && byte &- 0x41 < 26 ? byte | 0x20 : byte)
        }
    }

    /// Its hash as a word, and its hash as a name that needs quotes.
    struct Hash {
        /// Whether it would be the same name without quotes, were it not for reserved words.
        let isSimple: Bool
        /// The hash that the word without quotes has.
        let value: UInt64
        /// The hash of a name that needs quotes.
        var quotedValue: UInt64 { mixed(value, 0x2D35_8DCC_AA6C_78A5) }
    }

    /// Hashes it as if it were a word.
    @inline(__always)
    func hash(foldingCase: Bool) -> Hash {
        var hash = WordHash()
        var isSimple = start == 1 && text.count > 2 && !Lexer.isDigit(text[1]) && text[1] != .dollar
        forEachByte(foldingCase: foldingCase) { byte in
            hash.add(byte)
            if !(byte &- 0x61 < 26 || Lexer.isDigit(byte) || byte == .underscore || byte == .dollar || byte >= 0x80) {
                isSimple = false
            }
        }
        return Hash(isSimple: isSimple, value: hash.value)
    }
}
