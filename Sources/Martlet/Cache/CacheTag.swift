/// A name for entries that become invalid together: `journey:7`.
public struct CacheTag: Sendable, Hashable, CustomStringConvertible, ExpressibleByStringInterpolation {
    /// The name as text.
    public let text: String

    /// A tag of that name.
    public init(_ text: String) {
        self.text = text
    }

    /// A tag that the programmer wrote.
    public init(stringLiteral text: String) {
        self.text = text
    }

    /// The name.
    public var description: String { text }
}
