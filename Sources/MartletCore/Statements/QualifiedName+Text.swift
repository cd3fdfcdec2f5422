extension QualifiedName {
    /// A table as a person writes it: `messages`, `app.messages`, `"My Table"`.
    ///
    /// Names without quotes are folded as the dialect does. Nil if the text is no name.
    package init?(_ text: String, dialect: Dialect) {
        guard let parts = Self.parts(of: text, dialect: dialect), parts.count <= 2, let name = parts.last else {
            return nil
        }
        let defaultSchema = dialect == .postgres ? "public" : "main"
        self.init(schema: parts.count == 2 ? parts[0] : defaultSchema, name: name)
    }

    /// The names between the dots; nil if there is anything else.
    package static func parts(of text: String, dialect: Dialect) -> [String]? {
        let words = SQLWord.words(of: text, dialect: dialect)
        guard !words.count.isMultiple(of: 2) else { return nil }
        var parts: [String] = []
        for (position, word) in words.enumerated() {
            if position.isMultiple(of: 2) {
                guard word.isName else { return nil }
                parts.append(word.text)
            } else if !word.isSymbol(".") {
                return nil
            }
        }
        return parts
    }
}
