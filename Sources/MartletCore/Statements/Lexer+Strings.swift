extension Lexer {
    /// Reads from a quote to the quote that ends the string, or to the end of the text.
    @inline(__always)
    mutating func scanString(backslashes: Bool) {
        var index = position &+ 1
        while index < count {
            let byte = bytes[index]
            index &+= 1
            if byte == .quote {
                guard index < count, bytes[index] == .quote else { break }
                index &+= 1
            } else if backslashes, byte == .backslash {
                index &+= 1
            }
        }
        position = min(index, count)
    }

    /// Reads a quoted name to its end. One without an end may be half a value, so it counts as a string.
    mutating func scanQuotedName(until quote: UInt8) -> Token.Kind {
        var index = position &+ 1
        var isPlain = true
        while index < count {
            let byte = bytes[index]
            index &+= 1
            if byte == quote {
                guard quote != .closeBracket, index < count, bytes[index] == quote else {
                    position = index
                    return isPlain || isPostgres || quote != .doubleQuote ? .quotedName : .string
                }
                index &+= 1
            } else if !Self.isNameLike(byte) {
                isPlain = false
            }
        }
        position = count
        return .string
    }

    /// SQLite takes a name in double quotes that no column has for a string. What no one would call a column is one.
    private static func isNameLike(_ byte: UInt8) -> Bool {
        isWordByte(byte) || byte == .space || byte == .minus || byte == .dot
    }

    /// Reads a string whose quote follows a prefix that ends at `end`, or answers nil if that is no prefix.
    mutating func scanPrefixedString(_ start: Int, _ end: Int) -> Token.Kind? {
        guard end - start == 1 else { return nil }
        let prefix = bytes[start] | 0x20
        if bytes[end] == .ampersand {
            guard isPostgres, prefix == 0x75, end + 1 < count else { return nil }
            guard bytes[end + 1] == .quote || bytes[end + 1] == .doubleQuote else { return nil }
            position = end + 1
            if bytes[position] == .doubleQuote { return scanQuotedName(until: .doubleQuote) }
            scanString(backslashes: false)
            return .string
        }
        switch prefix {
        case 0x78:
            position = end
            scanString(backslashes: false)
        case 0x62 where isPostgres, 0x6E where isPostgres:
            position = end
            scanString(backslashes: false)
        case 0x65 where isPostgres:
            position = end
            scanString(backslashes: true)
        default: return nil
        }
        return .string
    }

    /// Reads what a dollar sign begins: a string in dollar quotes, `$1`, `$name`.
    mutating func scanDollar() -> Token.Kind {
        let start = position
        var index = start &+ 1
        if index < count, Self.isDigit(bytes[index]) || !isPostgres {
            while index < count, Self.isWordByte(bytes[index]) { index &+= 1 }
            position = index
            return index == start + 1 ? .unknown : .parameter
        }
        while index < count, bytes[index] != .dollar, Self.isWordByte(bytes[index]) { index &+= 1 }
        guard index < count, bytes[index] == .dollar, isPostgres else { return single(.unknown) }
        position = endOfDollarQuotes(tag: start, tagCount: index &+ 1 &- start)
        return .string
    }

    /// The offset behind the second occurrence of a tag, or the end of the text.
    private func endOfDollarQuotes(tag: Int, tagCount: Int) -> Int {
        var index = tag &+ tagCount
        while index &+ tagCount <= count {
            if bytes[index] == .dollar {
                var same = 1
                while same < tagCount, bytes[index &+ same] == bytes[tag &+ same] { same &+= 1 }
                if same == tagCount { return index &+ tagCount }
                // The tag has no dollar sign within, so what matched has none either and need not be read again.
                index &+= same
            } else {
                index &+= 1
            }
        }
        return count
    }

    /// Reads to the end of the line; SQLite does not end a line at a carriage return.
    mutating func scanLineComment() -> Token.Kind {
        var index = position &+ 2
        while index < count, bytes[index] != .newline, !(isPostgres && bytes[index] == .carriageReturn) { index &+= 1 }
        position = index
        return .comment
    }

    /// Reads a block comment; PostgreSQL's nest.
    mutating func scanBlockComment() -> Token.Kind {
        var index = position &+ 2
        var depth = 1
        while index &+ 1 < count {
            if bytes[index] == .star, bytes[index &+ 1] == .slash {
                index &+= 2
                depth &-= 1
                if depth == 0 {
                    position = index
                    return .comment
                }
            } else if isPostgres, bytes[index] == .slash, bytes[index &+ 1] == .star {
                index &+= 2
                depth &+= 1
            } else {
                index &+= 1
            }
        }
        position = count
        return .comment
    }
}
