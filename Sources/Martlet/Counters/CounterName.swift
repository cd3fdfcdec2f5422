/// The name of a counter: `message_count`.
///
/// It becomes part of the names of tables, functions and triggers, so it is an identifier that needs no quotes: a
/// lower-case letter, then lower-case letters, digits and underscores, 40 at most.
public struct CounterName: Sendable, Hashable, Comparable, CustomStringConvertible, ExpressibleByStringLiteral {
    /// PostgreSQL cuts names at 63 bytes (NAMEDATALEN); the rest is for what is put around the name.
    public static let lengthMax = 40

    /// The name as text.
    public let text: String

    /// A name that a person typed.
    ///
    /// Throws `.invalidName` if it is none.
    public init(_ text: String) throws(CounterError) {
        guard Self.isValid(text) else { throw .invalidName(text) }
        self.text = text
    }

    /// A name that the programmer wrote.
    ///
    /// Whether it is one is found out by the first call that uses it.
    public init(stringLiteral text: String) {
        self.text = text
    }

    /// Whether a text can be the name of a counter.
    package static func isValid(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard let first = bytes.first, bytes.count <= lengthMax, isLetter(first) else { return false }
        return bytes.allSatisfy {
            isLetter($0) || UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 || $0 == UInt8(ascii: "_")
        }
    }

    /// By text.
    public static func < (left: CounterName, right: CounterName) -> Bool {
        left.text < right.text
    }

    /// The name.
    public var description: String { text }

    private static func isLetter(_ byte: UInt8) -> Bool {
        UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte
    }
}
