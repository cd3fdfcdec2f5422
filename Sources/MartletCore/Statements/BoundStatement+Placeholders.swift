extension BoundStatement {
    /// The text with its placeholders numbered `$1`, `$2` …, each number moved on.
    ///
    /// SQLite's plain `?` stands for the next value wherever it is, so it could not be repeated or moved. A semicolon
    /// at the end goes, so that the text can stand in parentheses.
    package func numberedText(_ dialect: Dialect, from offset: Int = 0) -> String {
        text(dialect) { "$\($0 + offset)" }
    }

    /// The text with something else in the place of each placeholder, by its number, and no semicolon at the end.
    package func text(_ dialect: Dialect, placeholder: (Int) -> String) -> String {
        var bytes = Array(statement.text.utf8)
        var replacements: [(range: Range<Int>, text: String)] = []
        var plain = 0
        bytes.withUnsafeBytes { buffer in
            var lexer = Lexer(buffer, dialect: dialect)
            var semicolons: [Range<Int>] = []
            while let token = lexer.nextSignificant() {
                semicolons = token.kind == .semicolon ? semicolons + [token.start..<token.end] : []
                guard token.kind == .parameter else { continue }
                let digits = String(decoding: buffer[token.start + 1..<token.end], as: UTF8.self)
                plain = digits.isEmpty ? plain + 1 : plain
                guard let number = digits.isEmpty ? plain : Int(digits) else { continue }
                replacements.append((token.start..<token.end, placeholder(number)))
            }
            replacements += semicolons.map { ($0, "") }
        }
        for (range, text) in replacements.reversed() { bytes.replaceSubrange(range, with: text.utf8) }
        return String(decoding: bytes, as: UTF8.self)
    }
}
