public import MartletCore

/// Why a pool gave no connection.
///
/// The message says what was attempted, who holds the connections and what to do next; it never shows a bound value.
public struct PoolError: Error, Sendable, CustomStringConvertible {
    /// The kind of failure.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        /// The kind in words.
        public let description: String

        private init(_ description: String) {
            self.description = description
        }

        /// No connection came back before the deadline; `holders` says who had them.
        public static let timedOut = Code("timed out")
        /// The task already holds a connection of the same pool; `site` and `outerSite` say where.
        public static let nested = Code("nested")
        /// The task was cancelled while it waited.
        public static let cancelled = Code("cancelled")
        /// More tasks wait than `waitersMax`.
        public static let tooManyWaiters = Code("too many waiters")
        /// The pool is shutting down, or has.
        public static let shutDown = Code("shut down")
        /// No connection could be opened, and trying again is no use; `cause` says why.
        public static let cannotConnect = Code("cannot connect")
    }

    /// The kind of failure.
    public let code: Code
    /// What was attempted, what happened and what to do next.
    public let message: String
    /// Where the connection was asked for.
    public let site: PoolSite
    /// Where the connection was taken that the task, or one that it descends from, still holds.
    public let outerSite: PoolSite?
    /// Who held the connections, the longest first.
    public let holders: [PoolHolder]
    /// The last failure to open a connection, if none was opened since.
    public let cause: EngineError?

    init(
        _ code: Code,
        _ message: String,
        site: PoolSite,
        outerSite: PoolSite? = nil,
        holders: [PoolHolder] = [],
        cause: EngineError? = nil
    ) {
        self.code = code
        self.message = message
        self.site = site
        self.outerSite = outerSite
        self.holders = holders
        self.cause = cause
    }

    /// The message and, on a line each, who held the connections.
    public var description: String {
        ([message] + holders.map { "  held at \($0)" }).joined(separator: "\n")
    }
}
