/// A text file of the package: its path from the root, and its content.
struct SourceFile {
    let path: String
    let text: String
    /// What a Swift file consists of; empty for other files.
    let tokens: [Token]

    init(path: String, text: String) {
        self.path = path
        self.text = text
        tokens = path.hasSuffix(".swift") ? Tokenizer.tokens(of: text) : []
    }

    /// The file's name without its folder.
    var name: Substring {
        path.split(separator: "/").last ?? ""
    }

    /// The target it belongs to: `MartletCore` for `Sources/MartletCore/Values/Value.swift`.
    var target: Substring? {
        let parts = path.split(separator: "/")
        return parts.count > 2 && (parts[0] == "Sources" || parts[0] == "Tests") ? parts[1] : nil
    }

    /// Lines without their ends; the piece after a final line end is none.
    var lines: [Substring] {
        var lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        if lines.last == "" { lines.removeLast() }
        return lines
    }

    /// Tokens that the compiler acts on.
    var code: [Token] {
        tokens.filter { $0.kind != .comment }
    }

    func offence(_ line: Int, _ message: String) -> Offence {
        Offence(path: path, line: line, message: message)
    }
}
