/// Why a counter cannot be installed, read or repaired.
public struct CounterError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What kind of failure it is.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        /// The kind as text, for logs.
        public let description: String

        /// The name is not an identifier of the allowed form.
        public static let invalidName = Code(description: "invalidName")
        /// There is no counter of that name.
        public static let unknownCounter = Code(description: "unknownCounter")
        /// There is another counter of that name, which counts something else.
        public static let nameTaken = Code(description: "nameTaken")
        /// The definition cannot be: an unknown table or column, a condition that is none.
        public static let invalidDefinition = Code(description: "invalidDefinition")
        /// The table is of a kind whose rows cannot be counted exactly.
        public static let unsupportedTable = Code(description: "unsupportedTable")
        /// The key has more or fewer values than the counter has key columns.
        public static let invalidKey = Code(description: "invalidKey")
        /// A negative amount was asked for.
        public static let invalidAmount = Code(description: "invalidAmount")
        /// A lock was not to be had in time; nothing was changed.
        public static let busy = Code(description: "busy")
        /// Triggers are missing or disabled, so that no number would stay right; nothing was changed.
        public static let incomplete = Code(description: "incomplete")
        /// The table is no longer what the counter was made for: a column or the table itself is gone.
        public static let outdated = Code(description: "outdated")
        /// What was asked cannot be done in the isolation level or state of the transaction.
        public static let unsupportedTransaction = Code(description: "unsupportedTransaction")
    }

    /// What kind of failure it is.
    public let code: Code
    /// What was attempted, what happened and what to do next.
    public let message: String

    /// Describes a failure.
    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    static func invalidName(_ text: String) -> CounterError {
        CounterError(
            .invalidName,
            "\(text.debugDescription) cannot name a counter; use up to \(CounterName.lengthMax) lower-case letters, "
                + "digits and underscores, with a letter first, like message_count"
        )
    }

    static func columnTaken(
        _ parent: CounterDefinition.Parent,
        for name: CounterName,
        by other: CounterName
    ) -> CounterError {
        CounterError(
            .invalidDefinition,
            "install the counter \(name): the counter \(other) keeps its numbers in \(parent.table).\(parent.column) "
                + "already, and both would add to them; give another column, or remove \(other) first"
        )
    }

    /// The message.
    public var description: String { message }
}
