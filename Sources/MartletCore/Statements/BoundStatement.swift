/// A statement together with the value of each placeholder, ready to run.
///
/// A string literal makes one, and what is interpolated into it is bound, never spliced:
///
///     try await connection.run("SELECT name FROM users WHERE id = \(id)")
///
/// Identifiers are interpolated as `Identifier` or `QualifiedName` and quoted. Text that is SQL itself needs the label
/// `unsafeSQL:`, so that it stands out in a review.
public struct BoundStatement: Sendable, Hashable, ExpressibleByStringInterpolation {
    /// The text with placeholders.
    public let statement: Statement
    /// One value for each placeholder, in order.
    public let values: [Value]

    /// Joins a statement and its values.
    public init(_ statement: Statement, values: [Value] = []) {
        self.statement = statement
        self.values = values
    }

    /// A statement without values.
    public init(stringLiteral value: String) {
        self.init(Statement(unsafeText: value))
    }

    /// A statement whose interpolated values are bound.
    public init(stringInterpolation: StringInterpolation) {
        self.init(Statement(unsafeText: stringInterpolation.text), values: stringInterpolation.values)
    }

    /// Collects text, and a placeholder for each value.
    public struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var text = ""
        fileprivate var values: [Value] = []

        /// Starts with room for the text.
        public init(literalCapacity: Int, interpolationCount: Int) {
            text.reserveCapacity(literalCapacity + interpolationCount * 3)
            values.reserveCapacity(interpolationCount)
        }

        /// Adds text that the programmer wrote.
        public mutating func appendLiteral(_ literal: String) {
            text += literal
        }

        /// Binds a value.
        public mutating func appendInterpolation(_ value: some ValueConvertible) {
            values.append(value.value)
            text += "$\(values.count)"
        }

        /// Binds a value, or NULL.
        public mutating func appendInterpolation<Wrapped: ValueConvertible>(_ value: Wrapped?) {
            appendInterpolation(value.value)
        }

        /// Binds bytes.
        public mutating func appendInterpolation(_ bytes: [UInt8]) {
            appendInterpolation(Value.bytes(bytes))
        }

        /// Quotes a name.
        public mutating func appendInterpolation(_ identifier: Identifier) {
            text += identifier.quoted
        }

        /// Quotes a name with its schema.
        public mutating func appendInterpolation(_ name: QualifiedName) {
            text += name.quoted
        }

        /// Splices SQL as it is: only for SQL from the catalog or the programmer, never for a value.
        public mutating func appendInterpolation(unsafeSQL sql: String) {
            text += sql
        }
    }
}
