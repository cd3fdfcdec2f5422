import MartletCore

/// One side of a proof while it is measured.
struct MeasuredSide {
    private let operation: MeasuredOperation
    private let connections: [any Connection]
    private let executor: (any TaskExecutor)?
    private let clock: any Clock<Duration>
    private var captured = StatementCapture.Summary()
    private var outcome = Outcome([])
    private var buffers: Int?
    private var virtualMachineSteps: Int?
    private(set) var typicalDuration = Duration.zero
    /// Seconds of all timed runs.
    private(set) var sample: SessionSample
    /// The session that it runs on now.
    private var session = 0

    init(_ contender: Prover.Contender, clock: any Clock<Duration>) {
        operation = contender.operation
        connections = contender.connections
        sample = SessionSample(sessions: contender.connections.count)
        executor = contender.executor
        self.clock = clock
    }

    private var connection: any Connection { connections[session] }

    /// Goes on with that session of those there are, and warms it up if it is another.
    ///
    /// What takes longer than a hundredth of all time does not show that a session is new.
    mutating func takeSession(_ number: Int, warmUpRuns: Int, timeMax: Duration) async throws {
        let next = number % connections.count
        guard next != session else { return }
        session = next
        guard typicalDuration * 100 < timeMax else { return }
        for _ in 0..<warmUpRuns { try await runUncounted() }
    }

    /// Runs once to see the result and the statements, then explains these.
    mutating func capture(explainsMax: Int, timeMax: Duration) async throws {
        let capture = StatementCapture()
        let run = try await runOnce(on: ObservedConnection(connection, observer: capture))
        captured = capture.summary
        outcome = run.outcome
        typicalDuration = run.duration
        try await explain(explainsMax: explainsMax, timeMax: timeMax)
    }

    /// Runs until everything is cached; a side that takes a tenth of all time is warm after one run, and one that takes
    /// a hundredth after three.
    mutating func warmUp(runs: Int, timeMax: Duration) async throws {
        for run in 0..<max(0, runs) where typicalDuration * (run < 2 ? 10 : 100) < timeMax {
            typicalDuration = try await runOnce(on: connection).duration
        }
    }

    /// Runs once for the caches alone.
    func runUncounted() async throws {
        _ = try await runOnce(on: connection)
    }

    mutating func run(times: Int) async throws {
        for _ in 0..<times {
            sample.append(try await runOnce(on: connection).duration.seconds, of: session)
        }
    }

    /// What is claimed of this side.
    var measured: Proof.Side {
        let order = OrderStatistics(sample.times)
        return Proof.Side(
            medianSeconds: order.median,
            p95Seconds: order.quantile(0.95),
            p99Seconds: order.quantile(0.99),
            runs: sample.count,
            statements: captured.statements.count,
            roundTrips: captured.roundTrips.ended,
            rows: captured.rows,
            bytes: captured.bytes,
            buffers: buffers,
            virtualMachineSteps: virtualMachineSteps
        )
    }

    func outcomesAreEqual(to other: MeasuredSide, _ comparison: Outcome.Comparison) -> Bool {
        outcome.isEqual(to: other.outcome, comparison)
    }

    private func runOnce(on connection: any Connection) async throws -> (outcome: Outcome, duration: Duration) {
        switch operation.change {
        case .nothing:
            return try await time(on: connection)
        case .restored(let restore):
            let run: (Outcome, Duration)
            do {
                run = try await time(on: connection)
            } catch {
                // Half of the operation may have happened; its own error is the one worth telling.
                try? await restore(self.connection)
                throw error
            }
            try await restore(self.connection)
            return run
        case .rolledBack:
            return try await timeAndRollBack(on: connection)
        }
    }

    private func time(on connection: any Connection) async throws -> (outcome: Outcome, duration: Duration) {
        try await withTaskExecutorPreference(executor) {
            let stopwatch = Stopwatch(clock)
            let outcome = try await operation.body(connection)
            return (outcome, stopwatch.elapsed)
        }
    }

    private func timeAndRollBack(
        on connection: any Connection
    ) async throws -> (outcome: Outcome, duration: Duration) {
        do {
            // The transaction is begun on the plain connection: BEGIN and ROLLBACK are not the operation's statements.
            return try await self.connection.transaction { _ -> (outcome: Outcome, duration: Duration) in
                let run = try await time(on: connection)
                throw Abandoned(outcome: run.outcome, duration: run.duration)
            }
        } catch let abandoned as Abandoned {
            return (abandoned.outcome, abandoned.duration)
        }
    }

    /// Sums what the plans of the captured statements count: all of them or nothing, so that no part passes for the
    /// whole.
    ///
    /// A write is explained too; the engine undoes it.
    private mutating func explain(explainsMax: Int, timeMax: Duration) async throws {
        let dialect = connection.dialect
        let explainable = captured.statements.filter { StatementKind($0.statement.text, dialect: dialect) == .data }
        guard explainable.count <= explainsMax else { return }
        let stopwatch = Stopwatch(clock)
        var plans: [Plan] = []
        for statement in explainable {
            guard stopwatch.elapsed < timeMax else { return }
            try Task.checkCancellation()
            do {
                plans.append(try await connection.explain(statement, analyze: true))
            } catch {
                // A statement may need what an earlier one of its transaction did; then nothing is said of any.
                return
            }
        }
        let pages = plans.compactMap(\.buffers?.total)
        let steps = plans.compactMap(\.virtualMachineSteps)
        buffers = pages.count == plans.count && !plans.isEmpty ? pages.reduce(0, +) : nil
        virtualMachineSteps = steps.count == plans.count && !plans.isEmpty ? steps.reduce(0, +) : nil
    }
}

/// Ends a transaction of a measured run, which was never meant to be committed.
private struct Abandoned: Error {
    let outcome: Outcome
    let duration: Duration
}
