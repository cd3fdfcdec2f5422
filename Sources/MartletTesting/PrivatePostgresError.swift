/// Why a private server could not be had.
package struct PrivatePostgresError: Error, Sendable, CustomStringConvertible {
    /// The kind of failure.
    package enum Code: Sendable, Hashable {
        /// No server is installed on this machine.
        case notInstalled
        /// The cluster or its folder could not be made.
        case setupFailed
        /// The server did not start, or did not stop.
        case serverFailed
        /// A statement that sets something up failed.
        case statementFailed
        /// The server has been stopped.
        case stopped
    }

    /// The kind of failure.
    package let code: Code
    /// What was attempted, what happened and what to do next.
    package let description: String

    init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}
