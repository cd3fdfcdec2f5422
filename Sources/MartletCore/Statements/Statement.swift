/// One SQL text with placeholders, never with values.
public struct Statement: Sendable, Hashable, CustomStringConvertible {
    /// The text, with `$1`, `$2` … as placeholders (SQLite reads these as `?1`, `?2` …).
    public let text: String

    /// Takes a text that the programmer wrote; a value or a name from outside must never be part of it.
    public init(_ text: StaticString) {
        self.text = text.description
    }

    /// Takes a text that was put together at run time, from quoted identifiers or a catalog.
    public init(unsafeText text: String) {
        self.text = text
    }

    /// The text.
    public var description: String { text }

    /// Binds one value to each placeholder in order.
    public func binding(_ values: any ValueConvertible...) -> BoundStatement {
        BoundStatement(self, values: values.map(\.value))
    }

    /// Binds one value to each placeholder in order.
    public func binding(values: [Value]) -> BoundStatement {
        BoundStatement(self, values: values)
    }
}
