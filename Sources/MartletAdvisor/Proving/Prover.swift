package import MartletCore

/// Measures an operation against another that is meant to do the same, faster.
///
/// Each side is run once under capture (its result, statements and round trips), its statements are explained, then
/// both are warmed up and run in turn: A B, B A … Only these runs are timed, on plain connections, of which each side
/// has several, one after the other. The number of runs follows from the time they take, so that a slow
/// side is run a few times and not for minutes; a side that is much faster than the slowest is warmed up again each
/// turn.
package struct Prover: Sendable {
    /// Bounds of one proof.
    package struct Settings: Sendable {
        /// Runs of each side before the timed ones, in each session, the captured one included; fewer when a run is
        /// slow.
        ///
        /// Six, for PostgreSQL plans the first five executions of a prepared statement one by one (source: its manual,
        /// PREPARE, notes).
        package var warmUpRuns: Int
        /// Rounds of timed runs at the most.
        ///
        /// 30 in one session give the interval of a median about a sixth of the spread of the runs.
        package var roundsMax: Int
        /// Time for all timed runs.
        ///
        /// The captured and the explained run and what warms sessions up come on top, and a run that was begun is
        /// ended.
        package var timeMax: Duration
        /// Times the samples are drawn again for the interval.
        package var resamples: Int
        /// Where the random numbers of the resampling begin.
        package var seed: UInt64
        /// Sessions of each side; fewer have a turn where a run is slow.
        package var sessions: Int
        /// How results are compared.
        package var comparison: Outcome.Comparison
        /// Statements of one side that are explained; with more, buffers and steps stay unsaid.
        package var explainsMax: Int

        package init(
            warmUpRuns: Int = 6,
            roundsMax: Int = 30,
            timeMax: Duration = .seconds(10),
            resamples: Int = RatioInterval.defaultResamples,
            seed: UInt64 = 1,
            sessions: Int = 5,
            comparison: Outcome.Comparison = .inOrder,
            explainsMax: Int = 1_000
        ) {
            precondition(sessions > 0, "a side runs in a session")
            self.warmUpRuns = warmUpRuns
            self.roundsMax = roundsMax
            self.timeMax = timeMax
            self.resamples = resamples
            self.seed = seed
            self.sessions = sessions
            self.comparison = comparison
            self.explainsMax = explainsMax
        }
    }

    private let settings: Settings
    private let clock: any Clock<Duration>

    package init(settings: Settings = Settings(), clock: any Clock<Duration> = ContinuousClock()) {
        self.settings = settings
        self.clock = clock
    }

    /// Measures both operations on one engine, each on connections of its own.
    package func prove(
        before: MeasuredOperation,
        after: MeasuredOperation,
        on engine: any Engine
    ) async throws -> Proof {
        try await engine.withConnections(2 * settings.sessions, .readWrite) { connections in
            let proofs = try await prove(
                before: Contender(before, on: Array(connections.prefix(settings.sessions))),
                against: [Contender(after, on: Array(connections.dropFirst(settings.sessions)))]
            )
            return proofs[0]
        }
    }

    /// One of several ways to do the same, with the connections that it runs on.
    package struct Contender: Sendable {
        let operation: MeasuredOperation
        let connections: [any Connection]
        let executor: (any TaskExecutor)?

        /// The operation runs on the executor where there is one, as an application's own task may.
        package init(
            _ operation: MeasuredOperation,
            on connections: [any Connection],
            executor: (any TaskExecutor)? = nil
        ) {
            precondition(!connections.isEmpty, "a way runs on a connection")
            self.operation = operation
            self.connections = connections
            self.executor = executor
        }
    }

    /// Measures an operation against several others, all in turn in one run; a proof for each of them.
    ///
    /// Every contender needs connections of its own.
    package func prove(before: Contender, against others: [Contender]) async throws -> [Proof] {
        var sides = ([before] + others).map { MeasuredSide($0, clock: clock) }
        for number in sides.indices {
            try await sides[number].capture(explainsMax: settings.explainsMax, timeMax: settings.timeMax)
        }
        for number in sides.indices {
            try await sides[number].warmUp(runs: settings.warmUpRuns - 1, timeMax: settings.timeMax)
        }
        try await runInTurn(&sides)
        return sides.dropFirst().map { proof(sides[0], $0) }
    }

    /// Runs them in turn, session after session.
    private func runInTurn(_ sides: inout [MeasuredSide]) async throws {
        let schedule = MeasurementSchedule(
            sides.map(\.typicalDuration),
            roundsMax: settings.roundsMax,
            timeMax: settings.timeMax
        )
        let stopwatch = Stopwatch(clock)
        var warmUpTime = Duration.zero
        for round in 0..<schedule.rounds {
            if round >= schedule.roundsAtLeast && stopwatch.elapsed - warmUpTime >= settings.timeMax { break }
            try Task.checkCancellation()
            let session = schedule.session(of: round, sessions: settings.sessions)
            for number in schedule.order(of: round) {
                let begun = stopwatch.elapsed
                try await sides[number]
                    .takeSession(session, warmUpRuns: settings.warmUpRuns, timeMax: settings.timeMax)
                warmUpTime += stopwatch.elapsed - begun
                if schedule.warmsUpEachTurn[number] { try await sides[number].runUncounted() }
                try await sides[number].run(times: schedule.runsPerRound[number])
            }
        }
    }

    private func proof(_ before: MeasuredSide, _ after: MeasuredSide) -> Proof {
        var generator = SplitMix64(seed: settings.seed)
        let ratio = RatioInterval(
            before: before.sample,
            after: after.sample,
            resamples: settings.resamples,
            using: &generator
        )
        return Proof(
            before: before.measured,
            after: after.measured,
            runs: min(before.sample.count, after.sample.count),
            ratio: ratio.ratio,
            ratioInterval: ratio.interval,
            resultsAreEqual: before.outcomesAreEqual(to: after, settings.comparison)
        )
    }
}
