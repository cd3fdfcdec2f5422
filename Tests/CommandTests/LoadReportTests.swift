import Testing

@testable import MartletCLI
@testable import MartletLoad

@Suite struct LoadReportTests {
    /// A report of operations that took as long as said, each against a target of 100 ms, up to a second acceptable.
    private func report(_ milliseconds: [UInt64], worstPassing: TargetGrade = .acceptable) -> LoadReport {
        let operations = milliseconds.enumerated()
            .map { position, time in
                var measurement = OperationMeasurement(name: "operation \(position)")
                measurement.latency.record(nanoseconds: time * 1_000_000)
                return measurement
            }
        let target = LatencyTarget(.milliseconds(100), acceptable: .seconds(1))
        return report(operations, targets: operations.map { ($0.name, target) }, worstPassing: worstPassing)
    }

    private func report(
        _ operations: [OperationMeasurement],
        targets: [(String, LatencyTarget)] = [],
        worstPassing: TargetGrade = .acceptable,
        rate: Double? = nil,
        ownLag: LatencyHistogram = LatencyHistogram(),
        threads: Int? = nil
    ) -> LoadReport {
        let result = LoadResult(
            operations: operations,
            elapsed: .seconds(1),
            ownLag: ownLag,
            connectionWait: LatencyHistogram(),
            processorSeconds: 0.1,
            isInterrupted: false
        )
        return LoadReport(
            result,
            settings: LoadSettings(connections: 1, length: .duration(.seconds(1)), rate: rate, seed: 1),
            pool: nil,
            threads: threads,
            database: "shop.db",
            targets: Dictionary(uniqueKeysWithValues: targets),
            worstPassing: worstPassing
        )
    }

    private func lines(_ report: LoadReport) -> [String] {
        report.lines(Terminal(color: .never))
    }

    @Test(
        "counts as reached only what is within its target, and names the grades of the others",
        arguments: [
            ([1], "1 target reached."), ([1, 99], "2 targets reached."),
            ([1, 500], "1 of 2 targets reached, 1 acceptable."),
            ([500, 600], "0 of 2 targets reached, 2 acceptable."),
        ] as [([UInt64], String)]
    )
    func verdict(_ milliseconds: [UInt64], _ verdict: String) {
        let report = report(milliseconds)
        #expect(lines(report)[0] == verdict)
        #expect(report.broken.isEmpty)
    }

    @Test("a target that is close to reached is named as that")
    func close() {
        var measurement = OperationMeasurement(name: "it")
        measurement.latency.record(nanoseconds: 105_000_000)
        let report = report([measurement], targets: [("it", LatencyTarget(.milliseconds(100)))])
        #expect(lines(report)[0] == "0 of 1 target reached, 1 close.")
    }

    @Test("what --fail-on does not let pass is broken, not a target of another grade")
    func threshold() {
        let report = report([1, 500], worstPassing: .achieved)
        #expect(report.broken.map(\.number) == [2])
        #expect(lines(report)[0].hasPrefix("1 of 2 operations broken. First: operation 1 takes "))
    }

    @Test("without targets it counts the runs")
    func noTargets() {
        var measurement = OperationMeasurement(name: "it")
        measurement.latency.record(nanoseconds: 1_000)
        #expect(lines(report([measurement]))[0] == "1 run without a failure; no targets were given.")
    }

    @Test(
        "shows a rate with the digits it needs",
        arguments: [(0.3, "0.3"), (0.000001, "0.000001"), (2, "2"), (9.75, "9.75"), (500, "500"), (12_000, "12,000")]
            as [(Double, String)]
    )
    func rate(_ rate: Double, _ shown: String) {
        #expect(lines(report([OperationMeasurement(name: "it")], rate: rate))[1].contains("model, \(shown) starts/s"))
    }

    @Test("shows no time where none was measured")
    func noSamples() {
        let lines = lines(report([OperationMeasurement(name: "it")], rate: 1))
        #expect(lines.contains("Wait for a free connection: –."), "\(lines)")
        #expect(lines.contains { $0.hasPrefix("Own lag: –; ") }, "\(lines)")
        var lag = LatencyHistogram()
        lag.record(nanoseconds: 1_000)
        let measured = self.lines(report([OperationMeasurement(name: "it")], ownLag: lag))
        #expect(measured.contains { $0.hasPrefix("Own lag: p50 1 µs, p99 1 µs; ") }, "\(measured)")
    }

    @Test("advises more threads only where threads serve the sessions")
    func threads() {
        var measurement = OperationMeasurement(name: "it")
        measurement.latency.record(nanoseconds: 3_000_000)
        var lag = LatencyHistogram()
        lag.record(nanoseconds: 2_000_000)
        let sqlite = lines(report([measurement], ownLag: lag))
        #expect(sqlite.contains { $0.hasSuffix("the times above. Use another machine.") }, "\(sqlite)")
        let postgres = lines(report([measurement], ownLag: lag, threads: 1))
        #expect(postgres.contains { $0.hasSuffix("Use more threads (-j), or another machine.") }, "\(postgres)")
    }

    @Test("tells how many runs an interruption cut off")
    func unanswered() {
        var measurement = OperationMeasurement(name: "it")
        measurement.latency.record(nanoseconds: 1_000)
        measurement.latency.record(nanoseconds: 1_000)
        measurement.unanswered = 1
        let lines = lines(report([measurement]))
        #expect(lines[0] == "1 run without a failure; no targets were given.")
        let note = "1 run cut off by the interruption, counted with the time waited by then."
        #expect(lines.contains(note), "\(lines)")
    }
}
