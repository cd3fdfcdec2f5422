/// A body ran another number of statements than was expected.
public struct StatementExpectationError: Error, Sendable, CustomStringConvertible {
    /// Statements that were run.
    public let statements: Int
    /// What was expected, what was run, and where.
    public let description: String
}
