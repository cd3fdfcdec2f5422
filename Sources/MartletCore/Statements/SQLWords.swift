/// An SQL text together with its words.
package struct SQLWords: Sendable {
    /// The words in order, without comments.
    package let words: [SQLWord]
    private let bytes: [UInt8]

    /// Reads any text; what is no SQL has words of some kind, too.
    package init(_ text: String, dialect: Dialect) {
        words = SQLWord.words(of: text, dialect: dialect)
        bytes = Array(text.utf8)
    }

    /// The text as written from one word up to another, which is not part of it.
    package func text(from first: Int, to end: Int) -> String {
        guard first < end else { return "" }
        return String(decoding: bytes[words[first].range.lowerBound..<words[end - 1].range.upperBound], as: UTF8.self)
    }
}
