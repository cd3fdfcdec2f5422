extension Lexer {
    /// Reads `::`, `:=`, `:name` or the colon of a slice.
    mutating func scanColon() -> Token.Kind {
        let following = peek(1)
        if isPostgres {
            if following == .colon {
                position &+= 2
                return .cast
            }
            if following == .equals {
                position &+= 2
                return .operator
            }
            guard isNamedPlaceholderDue else { return single(.colon) }
        }
        guard Self.isWordByte(following) else { return single(isPostgres ? .colon : .unknown) }
        position &+= 1
        skipWord()
        return .parameter
    }

    /// Reads an operator of SQLite, or a placeholder.
    mutating func scanSQLiteOperator(_ byte: UInt8) -> Token.Kind {
        let following = peek(1)
        switch byte {
        case .question: return placeholder()
        case .at:
            guard Self.isWordByte(following) else { return single(.unknown) }
            position &+= 1
            skipWord()
            return .parameter
        case .bar, .equals: position &+= following == byte ? 2 : 1
        case .exclamation: position &+= following == .equals ? 2 : 1
        case .less:
            position &+= following == .equals || following == .greater || following == .less ? 2 : 1
        case .greater: position &+= following == .equals || following == .greater ? 2 : 1
        case .minus:
            position &+= following == .greater ? (peek(2) == .greater ? 3 : 2) : 1
        case .plus, .star, .slash, .percent, .ampersand, 0x7E: position &+= 1
        default: return single(.unknown)
        }
        return .operator
    }

    /// Reads an operator of PostgreSQL by the rules of its lexer, or a placeholder that a driver put there.
    ///
    /// https://www.postgresql.org/docs/15/sql-syntax-lexical.html#SQL-SYNTAX-OPERATORS
    mutating func scanPostgresOperator(_ byte: UInt8) -> Token.Kind {
        guard Self.isOperatorByte(byte) else { return single(.unknown) }
        if byte == .question, isPlaceholderDue { return placeholder() }
        if byte == .at, isPlaceholderDue, Self.isWordStart(peek(1)) {
            position &+= 1
            skipWord()
            return .parameter
        }
        if byte == .percent, isPlaceholderDue {
            let length = lengthOfFormat(at: position)
            if length > 0 {
                position &+= length
                return .parameter
            }
        }
        position = endOfPostgresOperator()
        return .operator
    }

    private func endOfPostgresOperator() -> Int {
        var end = position &+ 1
        var isSpecial = Self.letsOperatorEndInSign(bytes[position])
        while end < count {
            let byte = bytes[end]
            let following = end &+ 1 < count ? bytes[end &+ 1] : 0
            guard Self.isOperatorByte(byte) else { break }
            if byte == .minus && following == .minus || byte == .slash && following == .star { break }
            // `=?` is an operator to PostgreSQL, but no one has made it; drivers take the placeholder out of it.
            if byte == .question, !(end == position &+ 1 && bytes[position] == .at) { break }
            if bytes[end &- 1] == .equals || bytes[end &- 1] == .greater {
                if byte == .at, Self.isWordStart(following) { break }
                if byte == .percent, lengthOfFormat(at: end) > 0 { break }
            }
            isSpecial = isSpecial || Self.letsOperatorEndInSign(byte)
            end &+= 1
        }
        if !isSpecial {
            while end > position &+ 1, bytes[end &- 1] == .minus || bytes[end &- 1] == .plus { end &-= 1 }
        }
        return end
    }

    /// The length of `%s` or `%(name)s`, or 0.
    private func lengthOfFormat(at offset: Int) -> Int {
        var index = offset &+ 1
        if index < count, bytes[index] == .openParenthesis {
            index &+= 1
            while index < count, Self.isWordByte(bytes[index]) { index &+= 1 }
            guard index < count, bytes[index] == .closeParenthesis else { return 0 }
            index &+= 1
        }
        guard index < count, bytes[index] == 0x73 else { return 0 }
        index &+= 1
        guard index == count || !Self.isWordByte(bytes[index]) else { return 0 }
        return index - offset
    }

    private mutating func placeholder() -> Token.Kind {
        position &+= 1
        while position < count, Self.isDigit(bytes[position]) { position &+= 1 }
        return .parameter
    }

    private mutating func skipWord() {
        while position < count, Self.isWordByte(bytes[position]) { position &+= 1 }
    }

    private static func isOperatorByte(_ byte: UInt8) -> Bool {
        switch byte {
        case .plus, .minus, .star, .slash, .less, .greater, .equals: true
        default: letsOperatorEndInSign(byte)
        }
    }

    /// `~ ! @ # % ^ & | ` ?`: an operator may end in `+` or `-` only if it has one of these.
    private static func letsOperatorEndInSign(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x7E, .exclamation, .at, 0x23, .percent, 0x5E, .ampersand, .bar, .backtick, .question: true
        default: false
        }
    }
}
