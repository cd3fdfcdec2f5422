/// One run of a statement, as it was seen.
public struct Execution: Sendable, Hashable {
    /// The text with placeholders.
    public var statement: String
    /// Equal for statements that differ only in literals, list lengths, white space, comments and case of keywords.
    public var fingerprint: Fingerprint
    /// When it began, counted from the beginning of its trace.
    public var start: Duration
    /// How long the caller waited.
    public var duration: Duration
    /// Which round trip of the trace carried it, from 0; statements of one pipeline share one.
    public var roundTrip: Int
    /// Rows returned.
    public var rows: Int
    /// Bytes of all cells returned.
    public var bytes: Int
    /// One digest for each bound value.
    ///
    /// Equal values have equal digests; a value cannot be told from its digest.
    public var parameterDigests: [UInt64]
    /// Digests of the values it returned, of the first rows only.
    public var resultDigests: Set<UInt64>
    /// Whether it failed.
    public var failed: Bool

    /// Values of a result that are digested at the most: enough for a page of a list, bounded in memory.
    public static let resultDigestsMax = 256

    /// Puts an execution together.
    public init(
        statement: String,
        fingerprint: Fingerprint,
        start: Duration,
        duration: Duration,
        roundTrip: Int,
        rows: Int,
        bytes: Int,
        parameterDigests: [UInt64] = [],
        resultDigests: Set<UInt64> = [],
        failed: Bool = false
    ) {
        self.statement = statement
        self.fingerprint = fingerprint
        self.start = start
        self.duration = duration
        self.roundTrip = roundTrip
        self.rows = rows
        self.bytes = bytes
        self.parameterDigests = parameterDigests
        self.resultDigests = resultDigests
        self.failed = failed
    }
}

/// The executions of one unit of work in order: a request, a transaction, a window of one session.
public struct Trace: Sendable, Hashable {
    /// What the unit of work is called, such as `GET /chats`.
    public var name: String
    /// Its executions in the order of their starts.
    public var executions: [Execution]
    /// How long it took in all.
    public var duration: Duration

    /// Puts a trace together.
    public init(name: String, executions: [Execution], duration: Duration) {
        self.name = name
        self.executions = executions
        self.duration = duration
    }

    /// Round trips it took.
    public var roundTrips: Int {
        Set(executions.map(\.roundTrip)).count
    }

    /// Rows it was sent.
    public var rows: Int {
        executions.reduce(0) { $0 + $1.rows }
    }

    /// Bytes it was sent.
    public var bytes: Int {
        executions.reduce(0) { $0 + $1.bytes }
    }
}

/// What an application does to its database: statistics per statement, and traces.
public struct Workload: Sendable {
    /// Traces in the order of their ends.
    public var traces: [Trace]
    /// Statistics that the database counted itself; empty if it did not.
    public var statistics: [StatementStatistics]

    /// Puts a workload together.
    public init(traces: [Trace] = [], statistics: [StatementStatistics] = []) {
        self.traces = traces
        self.statistics = statistics
    }
}
