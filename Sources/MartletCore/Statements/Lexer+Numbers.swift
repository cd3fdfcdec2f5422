extension Lexer {
    /// Reads a number of any base, with underscores, fraction and exponent.
    ///
    /// Letters that follow at once belong to it, as in SQLite's lexer: whatever `12ab` is, it is no name.
    mutating func scanNumber() {
        let start = position
        let isDecimal = !(bytes[start] == 0x30 && (peek(1) | 0x20) == 0x78)
        var index = start
        var hasFraction = false
        while index < count {
            let byte = bytes[index]
            if Self.isWordByte(byte) {
                index &+= 1
            } else if byte == .dot, !hasFraction, !(index &+ 1 < count && bytes[index &+ 1] == .dot) {
                hasFraction = true
                index &+= 1
            } else if byte == .plus || byte == .minus, isDecimal, index > start, bytes[index &- 1] | 0x20 == 0x65,
                index &+ 1 < count, Self.isDigit(bytes[index &+ 1])
            {
                index &+= 2
            } else {
                break
            }
        }
        position = index
    }

    /// Reads `.5`, `..` or a single dot.
    mutating func scanDot() -> Token.Kind {
        if Self.isDigit(peek(1)) {
            position &+= 1
            while position < count, Self.isDigit(bytes[position]) { position &+= 1 }
            scanFractionTail()
            return .number
        }
        if peek(1) == .dot {
            position &+= 2
            return .operator
        }
        return single(.dot)
    }

    private mutating func scanFractionTail() {
        while position < count {
            let byte = bytes[position]
            if Self.isWordByte(byte) {
                position &+= 1
            } else if byte == .plus || byte == .minus, bytes[position &- 1] | 0x20 == 0x65, Self.isDigit(peek(1)) {
                position &+= 2
            } else {
                return
            }
        }
    }
}
