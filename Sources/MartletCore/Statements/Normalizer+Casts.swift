extension Normalizer {
    /// Reads the type behind `::` and leaves it out, because a value is a value whatever it is cast to: `$1`,
    /// `$1::bigint`, and the `'{1,2}'::bigint[]` of PostgreSQL's plans are the same.
    mutating func skipType() {
        guard skipName() else { return }
        while let next = ahead() {
            switch next.token.kind {
            case .dot, .cast:
                lexer = next.lexer
                guard skipName() else { return }
            case .open:
                guard skipModifiers(next.lexer) else { return }
            case .word:
                guard let end = endOfType(next.token, next.lexer) else { return }
                lexer = end
            default: return
            }
        }
    }

    /// The next token, and the lexer behind it.
    private func ahead() -> (token: Token, lexer: Lexer)? {
        var lexer = self.lexer
        guard let token = lexer.nextSignificant() else { return nil }
        return (token, lexer)
    }

    private mutating func skipName() -> Bool {
        guard let next = ahead(), next.token.kind == .word || next.token.kind == .quotedName else { return false }
        lexer = next.lexer
        return true
    }

    /// Skips `(10, 2)` and `[]`, whose opening has been read.
    private mutating func skipModifiers(_ opened: Lexer) -> Bool {
        var reader = opened
        while let token = reader.nextSignificant() {
            switch token.kind {
            case .number, .comma: continue
            case .close:
                lexer = reader
                return true
            default: return false
            }
        }
        return false
    }

    /// The lexer behind a word, and those that follow it, if they go on with the name of a type: PostgreSQL has
    /// `double precision`, `character varying`, `bit varying` and `time with time zone`.
    private func endOfType(_ word: Token, _ behind: Lexer) -> Lexer? {
        if isWord(word, "precision") || isWord(word, "varying") { return behind }
        guard isWord(word, "with") || isWord(word, "without") else { return nil }
        var reader = behind
        guard let time = reader.nextSignificant(), isWord(time, "time") else { return nil }
        guard let zone = reader.nextSignificant(), isWord(zone, "zone") else { return nil }
        return reader
    }

    private func isWord(_ token: Token, _ lowercase: StaticString) -> Bool {
        let text = lexer.text(of: token)
        guard text.count == lowercase.utf8CodeUnitCount else { return false }
        return text.indices.allSatisfy { text[$0] | 0x20 == lowercase.utf8Start[$0] }
    }
}
