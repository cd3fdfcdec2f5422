package import MartletCore

/// A statement whose values have names: `SELECT name FROM users WHERE id = :id`.
package struct StatementTemplate: Sendable {
    package let statement: Statement
    /// For each placeholder of `statement`, the name of its value.
    package let names: [String]

    /// Replaces each `:name` by a numbered placeholder; strings, comments and `::casts` stay as they are.
    package init(_ text: String, dialect: Dialect) {
        var numbered = ""
        var names: [String] = []
        var source = text
        source.withUTF8 { bytes in
            let raw = UnsafeRawBufferPointer(bytes)
            var lexer = Lexer(raw, dialect: dialect)
            while let token = lexer.next() {
                let piece = String(decoding: raw[token.start..<token.end], as: UTF8.self)
                guard token.kind == .parameter, piece.first == ":", piece.count > 1 else {
                    numbered += piece
                    continue
                }
                let name = String(piece.dropFirst())
                let known = names.firstIndex(of: name)
                if known == nil { names.append(name) }
                numbered += "$\((known ?? names.count - 1) + 1)"
            }
        }
        statement = Statement(unsafeText: numbered)
        self.names = names
    }
}
