/// A remedy measured on the database's own data: before and after, interleaved in one run.
package struct Proof: Sendable, Codable {
    /// What the measurements allow to say.
    package enum Verdict: String, Sendable, Codable {
        /// The interval of the ratio lies above 1.
        case faster
        /// The interval of the ratio lies below 1.
        case slower
        /// The interval of the ratio holds 1: the runs do not tell.
        case undecided
        /// The two do not return the same: nothing is claimed.
        case differs
    }

    /// What was measured of one side.
    package struct Side: Sendable, Codable {
        package var medianSeconds: Double
        package var p95Seconds: Double
        /// With fewer than a hundred runs the slowest of them; nil where it was not looked at.
        package var p99Seconds: Double?
        package var statements: Int
        package var roundTrips: Int
        package var rows: Int
        package var bytes: Int
        /// Pages touched (PostgreSQL); nil where they are not counted.
        package var buffers: Int?
        /// Steps of the virtual machine (SQLite); nil where they are not counted.
        package var virtualMachineSteps: Int?

        package init(
            medianSeconds: Double,
            p95Seconds: Double,
            p99Seconds: Double? = nil,
            statements: Int,
            roundTrips: Int,
            rows: Int,
            bytes: Int,
            buffers: Int? = nil,
            virtualMachineSteps: Int? = nil
        ) {
            self.medianSeconds = medianSeconds
            self.p95Seconds = p95Seconds
            self.p99Seconds = p99Seconds
            self.statements = statements
            self.roundTrips = roundTrips
            self.rows = rows
            self.bytes = bytes
            self.buffers = buffers
            self.virtualMachineSteps = virtualMachineSteps
        }
    }

    package var before: Side
    package var after: Side
    /// Counted runs of each side.
    package var runs: Int
    /// Median of before over median of after.
    package var ratio: Double
    /// The 95 % bootstrap interval of `ratio`.
    package var ratioInterval: ClosedRange<Double>
    /// Whether both sides returned the same.
    package var resultsAreEqual: Bool

    package init(
        before: Side,
        after: Side,
        runs: Int,
        ratio: Double,
        ratioInterval: ClosedRange<Double>,
        resultsAreEqual: Bool
    ) {
        self.before = before
        self.after = after
        self.runs = runs
        self.ratio = ratio
        self.ratioInterval = ratioInterval
        self.resultsAreEqual = resultsAreEqual
    }

    package var verdict: Verdict {
        if !resultsAreEqual { return .differs }
        if ratioInterval.lowerBound > 1 { return .faster }
        return ratioInterval.upperBound < 1 ? .slower : .undecided
    }
}
