/// What went wrong between a caller and its database.
///
/// `description` says what was attempted, what happened and what to do next, and never shows a bound value;
/// `debugDescription` adds the driver's own detail, which may hold values.
public struct EngineError: Error, Sendable, CustomStringConvertible, CustomDebugStringConvertible {
    /// The kind of failure, the same for both engines.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        /// The kind in words.
        public let description: String

        private init(_ description: String) {
            self.description = description
        }

        /// Nothing answers there: server down, host unknown, socket missing.
        public static let unreachable = Code("unreachable")
        /// The connection string cannot be used, wherever the server is: malformed, an unknown option, a bad value.
        public static let invalidConnectionString = Code("invalid connection string")
        /// Wrong user or password.
        public static let authenticationFailed = Code("authentication failed")
        /// The role may not do this.
        public static let permissionDenied = Code("permission denied")
        /// The session ended while in use.
        public static let connectionLost = Code("connection lost")
        /// The task was cancelled.
        public static let cancelled = Code("cancelled")
        /// The statement ran into its deadline.
        public static let deadlineExceeded = Code("deadline exceeded")
        /// The text is no SQL.
        public static let syntaxError = Code("syntax error")
        /// A table, column, function or database does not exist.
        public static let undefinedObject = Code("undefined object")
        /// A table, index or other object exists already.
        public static let duplicateObject = Code("duplicate object")
        /// A unique constraint refused a row.
        public static let uniqueViolation = Code("unique violation")
        /// A foreign key refused a row.
        public static let foreignKeyViolation = Code("foreign key violation")
        /// A check constraint refused a row.
        public static let checkViolation = Code("check violation")
        /// NULL where none may be.
        public static let notNullViolation = Code("not-null violation")
        /// The value does not fit the type.
        public static let invalidValue = Code("invalid value")
        /// The transaction lost against another and may be tried again.
        public static let serializationFailure = Code("serialization failure")
        /// Two transactions waited for each other, and this one was chosen to end; it may be tried again.
        public static let deadlock = Code("deadlock")
        /// A lock was not to be had in time; it may be tried again.
        public static let lockTimeout = Code("lock timeout")
        /// A change on a read-only connection, file or server.
        public static let readOnly = Code("read-only")
        /// No room is left on the disk.
        public static let diskFull = Code("disk full")
        /// Too many connections, out of memory or another limit of the server.
        public static let resourcesExhausted = Code("resources exhausted")
        /// There is no such file.
        public static let noSuchFile = Code("no such file")
        /// The file is no database.
        public static let notADatabase = Code("not a database")
        /// The database is damaged.
        public static let corrupt = Code("corrupt")
        /// The transaction has failed and must be rolled back first.
        public static let transactionAborted = Code("transaction aborted")
        /// The number or type of the bound values does not fit the statement.
        public static let invalidBinding = Code("invalid binding")
        /// A column was read as a type that it is not, or does not exist.
        public static let undecodable = Code("undecodable")
        /// The engine cannot do this.
        public static let unsupported = Code("unsupported")
        /// Anything else; `driverCode` says more.
        public static let other = Code("other")

        /// Whether the same transaction, run again from its start, may succeed.
        public var isRetryable: Bool {
            self == .serializationFailure || self == .deadlock || self == .lockTimeout
        }
    }

    /// The kind of failure.
    public let code: Code
    /// What was attempted, what happened, and what to do next.
    public let message: String
    /// SQLSTATE on PostgreSQL, the extended result code on SQLite.
    public let driverCode: String?
    /// The text of the statement, with placeholders.
    public let statement: String?
    /// The driver's detail, which may hold values.
    public let detail: String?
    /// The error behind this one.
    public let cause: (any Error)?

    /// Puts an error together.
    public init(
        _ code: Code,
        _ message: String,
        driverCode: String? = nil,
        statement: String? = nil,
        detail: String? = nil,
        cause: (any Error)? = nil
    ) {
        self.code = code
        self.message = message
        self.driverCode = driverCode
        self.statement = statement
        self.detail = detail
        self.cause = cause
    }

    /// The message and the driver's code.
    public var description: String {
        driverCode.map { "\(message) [\($0)]" } ?? message
    }

    /// All there is, values included.
    public var debugDescription: String {
        [
            "\(code): \(description)", statement.map { "statement: \($0)" }, detail.map { "detail: \($0)" },
            cause.map { "cause: \($0)" },
        ]
        .compactMap(\.self).joined(separator: "\n")
    }
}
