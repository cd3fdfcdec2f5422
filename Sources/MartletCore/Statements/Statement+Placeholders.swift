extension Statement {
    /// Whether the text leaves values out.
    package func hasPlaceholders(_ dialect: Dialect) -> Bool {
        var text = text
        return text.withUTF8 { bytes in
            var lexer = Lexer(UnsafeRawBufferPointer(bytes), dialect: dialect)
            while let token = lexer.nextSignificant() {
                if token.kind == .parameter { return true }
            }
            return false
        }
    }
}
