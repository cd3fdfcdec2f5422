/// What was counted for one statement over all its executions.
public struct StatementStatistics: Sendable, Hashable, Codable {
    /// The text, literals replaced by placeholders.
    public var statement: String
    /// Executions.
    public var calls: Int
    /// Time of all executions.
    public var totalSeconds: Double
    /// Time of the slowest execution; nil where it is not counted.
    public var maximumSeconds: Double?
    /// Rows returned or changed by all executions.
    public var rows: Int
    /// Pages touched by all executions; nil where they are not counted.
    public var buffers: Buffers?

    /// Puts statistics together.
    public init(
        statement: String,
        calls: Int,
        totalSeconds: Double,
        maximumSeconds: Double? = nil,
        rows: Int,
        buffers: Buffers? = nil
    ) {
        self.statement = statement
        self.calls = calls
        self.totalSeconds = totalSeconds
        self.maximumSeconds = maximumSeconds
        self.rows = rows
        self.buffers = buffers
    }

    /// Mean time of one execution.
    public var meanSeconds: Double {
        calls == 0 ? 0 : totalSeconds / Double(calls)
    }
}

/// Statistics per statement, or why there are none.
public enum StatementStatisticsReport: Sendable {
    /// Statements by total time, the largest first, and since when they were counted.
    case available([StatementStatistics], since: Timestamp?)
    /// There are none: the reason, and what to do.
    case unavailable(reason: String)
}
