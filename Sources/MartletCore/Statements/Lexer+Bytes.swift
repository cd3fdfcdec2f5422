extension Lexer {
    /// Letters, the underscore, and every byte of a character beyond ASCII, as in both databases' own lexers.
    @inline(__always)
    static func isWordStart(_ byte: UInt8) -> Bool {
        (byte | 0x20) &- 0x61 < 26 || byte >= 0x80 || byte == .underscore
    }

    /// What may stand in a word: also digits and the dollar sign.
    @inline(__always)
    static func isWordByte(_ byte: UInt8) -> Bool {
        isWordStart(byte) || isDigit(byte) || byte == .dollar
    }

    @inline(__always)
    static func isDigit(_ byte: UInt8) -> Bool {
        byte &- 0x30 < 10
    }

    @inline(__always)
    static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte &- 0x09 < 5
    }
}

extension UInt8 {
    static let quote: UInt8 = 0x27
    static let doubleQuote: UInt8 = 0x22
    static let backtick: UInt8 = 0x60
    static let backslash: UInt8 = 0x5C
    static let dollar: UInt8 = 0x24
    static let colon: UInt8 = 0x3A
    static let semicolon: UInt8 = 0x3B
    static let comma: UInt8 = 0x2C
    static let dot: UInt8 = 0x2E
    static let underscore: UInt8 = 0x5F
    static let openParenthesis: UInt8 = 0x28
    static let closeParenthesis: UInt8 = 0x29
    static let openBracket: UInt8 = 0x5B
    static let closeBracket: UInt8 = 0x5D
    static let minus: UInt8 = 0x2D
    static let plus: UInt8 = 0x2B
    static let star: UInt8 = 0x2A
    static let slash: UInt8 = 0x2F
    static let equals: UInt8 = 0x3D
    static let less: UInt8 = 0x3C
    static let greater: UInt8 = 0x3E
    static let exclamation: UInt8 = 0x21
    static let bar: UInt8 = 0x7C
    static let ampersand: UInt8 = 0x26
    static let question: UInt8 = 0x3F
    static let at: UInt8 = 0x40
    static let percent: UInt8 = 0x25
    static let space: UInt8 = 0x20
    static let newline: UInt8 = 0x0A
    static let carriageReturn: UInt8 = 0x0D
}
