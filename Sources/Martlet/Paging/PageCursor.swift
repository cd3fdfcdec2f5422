/// A place between two rows of an order, as a text that a client keeps and hands back.
///
/// It is signed, so that nobody can make one up, and not encrypted: whoever holds it can read the values of the key
/// columns in it. Letters, digits, `-` and `_`, so it fits into a URL as it is.
public struct PageCursor: Sendable, Hashable, CustomStringConvertible {
    /// The text.
    public let text: String

    /// Takes a text from outside; it is checked when a page is asked for.
    public init(_ text: String) {
        self.text = text
    }

    /// The text.
    public var description: String { text }
}
