/// A JSON text that is scanned once into a flat list of tokens and decoded where it is looked at.
///
/// Tokens stand in the order of the text; each knows where its subtree ends, so that a member is found by
/// skipping, and nothing is allocated for what nobody asks for. Made for the output of libpg_query; numbers are
/// not read, as no rule needs them.
struct JSONArena: Sendable {
    /// The place of a value in the list of tokens.
    typealias Node = Int

    private enum Kind: UInt8 {
        case object, array, key, string, scalar
    }

    private struct Token {
        let kind: Kind
        /// Bytes without quotes.
        let start: Int32
        var end: Int32
        /// The token after the subtree.
        var next: Int32
    }

    private let bytes: [UInt8]
    private let tokens: [Token]

    /// The outermost value.
    var root: Node { 0 }

    /// Scans a text; nil if it is no JSON as far as its structure goes.
    init?(_ bytes: [UInt8]) {
        guard bytes.count < Int32.max, let tokens = bytes.withUnsafeBufferPointer(Self.scan) else { return nil }
        self.bytes = bytes
        self.tokens = tokens
    }

    // MARK: Looking

    /// The value of a member, if the node is an object that has it.
    func member(_ key: StaticString, of node: Node) -> Node? {
        guard tokens[node].kind == .object else { return nil }
        var position = node + 1
        while position < tokens[node].next {
            if equals(position, key) { return position + 1 }
            position = Int(tokens[position + 1].next)
        }
        return nil
    }

    /// The member of a member.
    func member(_ first: StaticString, _ second: StaticString, of node: Node) -> Node? {
        member(first, of: node).flatMap { member(second, of: $0) }
    }

    /// The elements of an array; none for anything else.
    func elements(of node: Node?) -> [Node] {
        guard let node, tokens[node].kind == .array else { return [] }
        var elements: [Node] = []
        var position = node + 1
        while position < tokens[node].next {
            elements.append(position)
            position = Int(tokens[position].next)
        }
        return elements
    }

    /// Values within the subtree, at any depth, that stand under a key; what a match holds is not looked at again.
    func descendants(_ key: StaticString, of node: Node, except skipped: StaticString? = nil) -> [Node] {
        var found: [Node] = []
        var position = node
        while position < tokens[node].next {
            guard tokens[position].kind == .key else {
                position += 1
                continue
            }
            if equals(position, key) {
                found.append(position + 1)
                position = Int(tokens[position + 1].next)
            } else if let skipped, equals(position, skipped) {
                position = Int(tokens[position + 1].next)
            } else {
                position += 1
            }
        }
        return found
    }

    /// Whether the node is a string of that text, which holds nothing that JSON escapes.
    func equals(_ node: Node, _ text: StaticString) -> Bool {
        let token = tokens[node]
        guard token.kind == .string || token.kind == .key, Int(token.end - token.start) == text.utf8CodeUnitCount
        else { return false }
        return bytes.withUnsafeBufferPointer { bytes in
            text.withUTF8Buffer { $0.elementsEqual(bytes[Int(token.start)..<Int(token.end)]) }
        }
    }

    /// The text of a string.
    func string(_ node: Node?) -> String? {
        guard let node, tokens[node].kind == .string else { return nil }
        let content = bytes[Int(tokens[node].start)..<Int(tokens[node].end)]
        guard content.contains(UInt8(ascii: "\\")) else { return String(decoding: content, as: UTF8.self) }
        return Self.unescaped(content)
    }

    // MARK: Scanning

    private static func scan(_ bytes: UnsafeBufferPointer<UInt8>) -> [Token]? {
        var tokens: [Token] = []
        tokens.reserveCapacity(bytes.count / 12)
        var open: [Int] = []
        var expectsKey = false
        var position = 0
        while position < bytes.count {
            let start = position
            position += 1
            switch bytes[start] {
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                expectsKey = bytes[start] == UInt8(ascii: "{")
                open.append(tokens.count)
                tokens.append(Token(kind: expectsKey ? .object : .array, start: Int32(start), end: 0, next: 0))
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                guard let container = open.popLast() else { return nil }
                tokens[container].end = Int32(position)
                tokens[container].next = Int32(tokens.count)
                expectsKey = false
            case UInt8(ascii: ","):
                guard let container = open.last else { return nil }
                expectsKey = tokens[container].kind == .object
            case UInt8(ascii: ":"):
                expectsKey = false
            case UInt8(ascii: "\""):
                guard let end = endOfString(bytes, from: position) else { return nil }
                append(expectsKey ? .key : .string, position, end, &tokens)
                position = end + 1
            case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t"):
                break
            default:
                while position < bytes.count, isPartOfScalar(bytes[position]) { position += 1 }
                append(.scalar, start, position, &tokens)
            }
        }
        return open.isEmpty && isWellFormed(tokens) ? tokens : nil
    }

    private static func append(_ kind: Kind, _ start: Int, _ end: Int, _ tokens: inout [Token]) {
        tokens.append(Token(kind: kind, start: Int32(start), end: Int32(end), next: Int32(tokens.count + 1)))
    }

    private static func endOfString(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
        var position = start
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "\""): return position
            case UInt8(ascii: "\\"): position += 2
            default: position += 1
            }
        }
        return nil
    }

    private static func isPartOfScalar(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: ","), UInt8(ascii: "}"), UInt8(ascii: "]"), UInt8(ascii: " "), UInt8(ascii: "\n"): false
        default: true
        }
    }

    /// Looking relies on it: one value outermost, and in objects a value after each key.
    private static func isWellFormed(_ tokens: [Token]) -> Bool {
        guard let first = tokens.first, Int(first.next) == tokens.count, first.kind != .key else { return false }
        for position in tokens.indices {
            switch tokens[position].kind {
            case .key:
                guard position + 1 < tokens.count, tokens[position + 1].kind != .key else { return false }
            case .object:
                var member = position + 1
                while member < tokens[position].next {
                    guard tokens[member].kind == .key, member + 1 < tokens[position].next else { return false }
                    member = Int(tokens[member + 1].next)
                }
            default: break
            }
        }
        return true
    }

    private static func unescaped(_ content: ArraySlice<UInt8>) -> String {
        var units: [UInt16] = []
        var text = ""
        var rest = String(decoding: content, as: UTF8.self).unicodeScalars[...]
        // Characters beyond the basic plane are written as two escapes, which only make sense together.
        func flush() {
            text += String(decoding: units, as: UTF16.self)
            units = []
        }
        while let scalar = rest.popFirst() {
            guard scalar == "\\", let escape = rest.popFirst() else {
                flush()
                text.unicodeScalars.append(scalar)
                continue
            }
            if escape == "u", let unit = UInt16(String(String.UnicodeScalarView(rest.prefix(4))), radix: 16) {
                units.append(unit)
                rest = rest.dropFirst(4)
                continue
            }
            flush()
            text.unicodeScalars.append(plain(escape))
        }
        flush()
        return text
    }

    private static func plain(_ escape: Unicode.Scalar) -> Unicode.Scalar {
        switch escape {
        case "n": "\n"
        case "r": "\r"
        case "t": "\t"
        case "b": "\u{8}"
        case "f": "\u{c}"
        default: escape
        }
    }
}
