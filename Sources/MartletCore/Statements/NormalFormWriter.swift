/// Writes the normal form of a statement.
struct NormalFormWriter: StatementWriter {
    private var bytes: [UInt8] = []
    /// For each parenthesis that is open, where its last element begins, comma included.
    private var elements = [0]
    private var last = Last.nothing
    /// Whether the name of a table that is inserted into was written last; its columns stand apart from it.
    private var isBehindInto = false

    /// What was written last, as far as the space behind it is concerned.
    private enum Last {
        case nothing
        /// Nothing may stand between it and what follows.
        case joint
        case keyword
        case name
        case literal
        case close
        case symbol
    }

    init(capacity: Int) {
        bytes.reserveCapacity(min(capacity, Self.capacityMax))
    }

    /// Room that is taken at once; lists of thousands of values make a long statement and a short normal form.
    private static let capacityMax = 4096

    /// What was written.
    var text: String { String(decoding: bytes, as: UTF8.self) }

    mutating func word(_ word: UnsafeRawBufferPointer, keyword: Keyword) {
        let isKeyword = keyword.traits.contains(.keyword) && !isBehindDot
        space()
        for byte in word {
            let isLetter = (byte | 0x20) &- 0x61 < 26
            bytes.append(isLetter ? (isKeyword ? byte & 0xDF : byte | 0x20) : byte)
        }
        isBehindInto = keyword.role == .into || isBehindInto && !isKeyword
        last = isKeyword ? .keyword : .name
    }

    mutating func quotedName(_ name: QuotedName, foldingCase: Bool) {
        space()
        let isPlain = name.isPrefixed
        if !isPlain { bytes.append(.doubleQuote) }
        name.forEachByte(foldingCase: foldingCase) { byte in
            bytes.append(byte)
            if byte == .doubleQuote, !isPlain { bytes.append(byte) }
        }
        if !isPlain { bytes.append(.doubleQuote) }
        last = .name
    }

    mutating func literal() {
        space()
        bytes.append(.question)
        last = .literal
        isBehindInto = false
    }

    mutating func symbol(_ text: UnsafeRawBufferPointer, kind: Token.Kind) {
        let isJoint = kind == .dot || kind == .cast || kind == .colon
        separateFromColon(text[0])
        if !isJoint && kind != .semicolon && kind != .close { space() }
        bytes.append(contentsOf: text)
        last = isJoint || kind == .open ? .joint : .symbol
        isBehindInto = isBehindInto && kind == .dot
    }

    mutating func comparison(isEqual: Bool) {
        if isEqual { separateFromColon(.equals) }
        space()
        if isEqual {
            bytes.append(.equals)
        } else {
            bytes.append(.less)
            bytes.append(.greater)
        }
        last = .symbol
        isBehindInto = false
    }

    mutating func openList(_ text: UnsafeRawBufferPointer) {
        let isBracket = text[0] == .openBracket
        let isCall = last == .name && !isBehindInto
        if !isCall, !(isBracket && (last == .name || last == .close || last == .keyword)) { space() }
        bytes.append(contentsOf: text)
        elements.append(bytes.count)
        last = .joint
        isBehindInto = false
    }

    mutating func closeList(_ text: UnsafeRawBufferPointer) {
        bytes.append(contentsOf: text)
        elements.removeLast()
        last = .close
    }

    mutating func separator() {
        beginElement()
        bytes.append(.comma)
        last = .symbol
        isBehindInto = false
    }

    mutating func beginElement() {
        elements[elements.count - 1] = bytes.count
    }

    mutating func dropElement() {
        bytes.removeLast(bytes.count - elements[elements.count - 1])
        last = .close
    }

    private var isBehindDot: Bool { last == .joint && bytes.last == .dot }

    /// A colon that is a token of its own must not become one token with what follows it.
    private mutating func separateFromColon(_ next: UInt8) {
        if last == .joint, bytes.last == .colon, next == .equals || next == .colon { bytes.append(.space) }
    }

    private mutating func space() {
        if last != .nothing, last != .joint { bytes.append(.space) }
    }
}
