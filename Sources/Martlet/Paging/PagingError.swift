/// Why there is no page.
public struct PagingError: Error, Sendable, CustomStringConvertible {
    /// The kind of failure.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        /// The kind in words.
        public let description: String

        private init(_ description: String) {
            self.description = description
        }

        /// The text is no cursor.
        public static let malformedCursor = Code("malformed cursor")
        /// The cursor was made by another version of this library.
        public static let unsupportedVersion = Code("unsupported version of a cursor")
        /// The cursor was not signed with any of the keys: it was made up, changed, or its key is gone.
        public static let forgedCursor = Code("forged cursor")
        /// The cursor was signed here, for another statement, order or scope.
        public static let foreignCursor = Code("foreign cursor")
        /// The result does not have a column of the order.
        public static let missingKey = Code("missing key")
        /// A column of the order that never is NULL was NULL.
        public static let nullKey = Code("null key")
        /// The values of a row's keys are too long for a cursor.
        public static let oversizedKey = Code("oversized key")
        /// The page would have no rows, or too many; a server that takes the size from outside answers with status 400.
        public static let unusableSize = Code("unusable size")
        /// The signing key has too few bytes.
        public static let shortSigningKey = Code("short signing key")

        /// Whether the text that came from outside is at fault, which a server answers with status 400.
        public var isBadCursor: Bool {
            [.malformedCursor, .unsupportedVersion, .forgedCursor, .foreignCursor].contains(self)
        }
    }

    /// The kind of failure.
    public let code: Code
    /// What was attempted, what happened, and what to do next.
    public let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The message.
    public var description: String { message }
}
