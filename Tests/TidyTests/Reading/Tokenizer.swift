/// Takes Swift text apart, as far as the house rules need it.
///
/// It knows comments (nested ones too), strings of every form with their interpolations, and regular expressions, so
/// that a brace or a word within these never counts as code. It is not a parser: it never fails, and on text that is no
/// Swift it gives tokens of no meaning.
struct Tokenizer {
    private let bytes: [UInt8]
    private var position = 0
    private var line = 1
    private var tokens: [Token] = []
    /// Open parentheses and brackets for each level of braces.
    private var groups = [0]

    static func tokens(of text: String) -> [Token] {
        var tokenizer = Tokenizer(bytes: Array(text.utf8))
        tokenizer.run()
        return tokenizer.tokens
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    private mutating func run() {
        var isAttached = false
        while position < bytes.count {
            let start = position
            let startLine = line
            if bytes[position] == UInt8(ascii: " ") || bytes[position] == UInt8(ascii: "\t") || isNewline(position) {
                advance(to: position + 1)
                isAttached = false
                continue
            }
            let (kind, end) = tokenAtPosition()
            advance(to: end)
            append(kind, start..<end, line: startLine, isAttached: isAttached)
            isAttached = true
        }
    }

    private func tokenAtPosition() -> (kind: Token.Kind, end: Int) {
        if let end = commentEnd(from: position) { return (.comment, end) }
        if let end = literalEnd(from: position) { return (.literal, end) }
        var end = position
        while end < bytes.count, isWordByte(bytes[end]) { end += 1 }
        return end > position ? (.word, end) : (.symbol, position + 1)
    }

    private mutating func append(_ kind: Token.Kind, _ range: Range<Int>, line: Int, isAttached: Bool) {
        var text = String(decoding: bytes[range], as: UTF8.self)
        if kind == .literal { text = text.trimmingDelimiters() }
        let closesBraces = kind == .symbol && text == "}"
        if closesBraces, groups.count > 1 { groups.removeLast() }
        tokens.append(
            Token(
                kind: kind,
                text: text,
                line: line,
                lastLine: self.line,
                isAttached: isAttached,
                braceDepth: groups.count - 1,
                groupDepth: groups[groups.count - 1]
            )
        )
        guard kind == .symbol else { return }
        switch text {
        case "{": groups.append(0)
        case "(", "[": groups[groups.count - 1] += 1
        case ")", "]": groups[groups.count - 1] = max(0, groups[groups.count - 1] - 1)
        default: break
        }
    }

    private mutating func advance(to end: Int) {
        while position < end {
            if isNewline(position) { line += 1 }
            position += 1
        }
    }
}

// MARK: Where tokens end

extension Tokenizer {
    /// The end of the comment that begins here.
    private func commentEnd(from start: Int) -> Int? {
        guard matches("/", at: start) else { return nil }
        if matches("//", at: start) {
            return (start..<bytes.count).first(where: isNewline) ?? bytes.count
        }
        guard matches("/*", at: start) else { return nil }
        var depth = 1
        var index = start + 2
        while index < bytes.count, depth > 0 {
            if matches("/*", at: index) {
                depth += 1
                index += 2
            } else if matches("*/", at: index) {
                depth -= 1
                index += 2
            } else {
                index += 1
            }
        }
        return index
    }

    /// The end of the string or regular expression that begins here.
    private func literalEnd(from start: Int) -> Int? {
        guard "\"#/".utf8.contains(bytes[start]) else { return nil }
        var hashes = 0
        while start + hashes < bytes.count, bytes[start + hashes] == UInt8(ascii: "#") { hashes += 1 }
        let quote = start + hashes
        if matches("\"", at: quote) { return stringEnd(from: quote, hashes: hashes) }
        if hashes > 0, matches("/", at: quote) {
            let mark = "/" + String(repeating: "#", count: hashes)
            return firstIndex(of: mark, from: quote + 1).map { $0 + mark.utf8.count }
        }
        return hashes == 0 ? bareRegexEnd(from: start) : nil
    }

    private func stringEnd(from quote: Int, hashes: Int) -> Int {
        let isMultiline = matches("\"\"\"", at: quote)
        let hashMark = String(repeating: "#", count: hashes)
        let mark = (isMultiline ? "\"\"\"" : "\"") + hashMark
        var index = quote + (isMultiline ? 3 : 1)
        while index < bytes.count {
            if matches(mark, at: index) { return index + mark.utf8.count }
            // A string of one line that is not closed ends with its line: the damage of a mistake stays small.
            if !isMultiline, isNewline(index) { return index }
            if matches("\\" + hashMark, at: index) {
                index += 1 + hashes
                index = matches("(", at: index) ? interpolationEnd(from: index) : index + 1
            } else {
                index += 1
            }
        }
        return bytes.count
    }

    /// The index behind the parenthesis that closes the one here.
    private func interpolationEnd(from open: Int) -> Int {
        var depth = 0
        var index = open
        while index < bytes.count {
            if let end = commentEnd(from: index) ?? literalEnd(from: index) {
                index = end
                continue
            }
            if bytes[index] == UInt8(ascii: "(") { depth += 1 }
            if bytes[index] == UInt8(ascii: ")") { depth -= 1 }
            index += 1
            if depth == 0 { return index }
        }
        return bytes.count
    }

    /// The end of `/…/`: only where an operand may stand, and not before a space, as the language has it.
    private func bareRegexEnd(from start: Int) -> Int? {
        guard matches("/", at: start), start + 1 < bytes.count, !matches(" ", at: start + 1) else { return nil }
        var before = start - 1
        while before >= 0, bytes[before] == UInt8(ascii: " ") { before -= 1 }
        let isOperand = before < 0 || isNewline(before) || "(,=:[{!&|?".utf8.contains(bytes[before])
        guard isOperand || endsWithReturn(before) else { return nil }
        var index = start + 1
        while index < bytes.count, !isNewline(index) {
            if matches("/", at: index) { return index + 1 }
            index += matches("\\", at: index) ? 2 : 1
        }
        return nil
    }

    private func endsWithReturn(_ last: Int) -> Bool {
        ["return", "in", "case"]
            .contains { word in
                let start = last + 1 - word.utf8.count
                return start >= 0 && matches(word, at: start) && (start == 0 || !isWordByte(bytes[start - 1]))
            }
    }

    private func firstIndex(of mark: String, from start: Int) -> Int? {
        (start..<max(start, bytes.count)).first { matches(mark, at: $0) }
    }

    private func matches(_ text: String, at index: Int) -> Bool {
        // Nearly every call ends at the first byte.
        guard index < bytes.count, bytes[index] == text.utf8.first else { return false }
        return bytes[index...].starts(with: text.utf8)
    }

    private func isNewline(_ index: Int) -> Bool {
        bytes[index] == UInt8(ascii: "\n")
    }

    private func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...:
            true
        default: false
        }
    }
}

extension String {
    fileprivate func trimmingDelimiters() -> String {
        let marks: Set<Character> = ["#", "\"", "/"]
        var body = Substring(self)
        while let first = body.first, marks.contains(first) { body.removeFirst() }
        while let last = body.last, marks.contains(last) { body.removeLast() }
        return String(body)
    }
}
