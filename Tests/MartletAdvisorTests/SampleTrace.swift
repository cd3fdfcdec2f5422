import MartletCore

@testable import MartletAdvisor

/// Writes down a trace statement by statement, with values that are digested as a recorder would.
struct SampleTrace {
    private(set) var executions: [Execution] = []
    private let name: String
    private var clock = Duration.zero
    private var roundTrip = -1

    init(_ name: String = "GET /chats") {
        self.name = name
    }

    var trace: Trace {
        Trace(name: name, executions: executions, duration: clock)
    }

    /// One statement with its parameters and the values of the rows it returned.
    ///
    /// Each takes ten milliseconds and is sent when the one before has ended, unless it shares its round trip.
    mutating func run(
        _ statement: String,
        _ parameters: [String] = [],
        returning rows: [[String]] = [],
        rowCount: Int? = nil,
        sharesRoundTrip: Bool = false
    ) {
        if !sharesRoundTrip { roundTrip += 1 }
        let duration = Duration.milliseconds(10)
        let start = sharesRoundTrip ? executions.last?.start ?? .zero : clock
        executions.append(
            Execution(
                statement: statement,
                fingerprint: Fingerprint(of: statement, dialect: .postgres),
                start: start,
                duration: duration,
                roundTrip: roundTrip,
                rows: rowCount ?? rows.count,
                bytes: rows.joined().reduce(0) { $0 + $1.utf8.count },
                parameterDigests: parameters.map(Self.digest),
                resultDigests: Set(rows.joined().map(Self.digest).prefix(Execution.resultDigestsMax))
            )
        )
        clock = max(clock, start + duration)
    }

    static func digest(_ value: String) -> UInt64 {
        Fingerprint(of: "\"value \(value)\"", dialect: .postgres).bits
    }

    /// So many rows of an identity and some more values.
    static func rows(_ count: Int, id: String, also values: [String] = []) -> [[String]] {
        (0..<count).map { ["\(id)\($0)"] + values }
    }
}

extension Rule {
    /// What it finds in one trace.
    func findings(in trace: SampleTrace, dialect: Dialect = .postgres) -> [Finding] {
        findings(in: [trace], dialect: dialect)
    }

    /// What it finds in several traces.
    func findings(in traces: [SampleTrace], dialect: Dialect = .postgres) -> [Finding] {
        var catalog = SampleCatalog.make("")
        catalog.dialect = dialect
        return findings(in: Observation(catalog: catalog, workload: Workload(traces: traces.map(\.trace))))
    }
}
