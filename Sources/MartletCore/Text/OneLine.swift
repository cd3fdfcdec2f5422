/// Text that may span lines, on one.
package enum OneLine {
    /// White space becomes single spaces; what is longer than `width` is cut with an ellipsis.
    package static func text(_ text: String, width: Int) -> String {
        let line = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return line.count <= width ? line : line.prefix(width - 1) + "…"
    }
}
