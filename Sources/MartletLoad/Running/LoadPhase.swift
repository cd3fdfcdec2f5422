import MartletCore

/// The warm-up or the measured part of a load.
struct LoadPhase: Sendable {
    private let operations: [LoadOperation]
    private let settings: LoadSettings
    private let clock: LoadClock
    private let seed: UInt64

    /// Time between two looks at how late a timer comes: often enough for a percentile, too seldom to cost anything.
    private static let lagProbeInterval: UInt64 = 50_000_000
    private static let progressInterval: UInt64 = 1_000_000_000

    /// What is made once the phase begins.
    private struct Course: Sendable {
        let begin: UInt64
        let end: UInt64?
        let schedule: ArrivalSchedule?
        let recorders: [LoadRecorder]
    }

    init(_ operations: [LoadOperation], _ settings: LoadSettings, _ clock: LoadClock, seed: UInt64) {
        self.operations = operations
        self.settings = settings
        self.clock = clock
        self.seed = seed
    }

    func run(
        _ clients: [LoadClient],
        _ executors: [any TaskExecutor],
        isWarmUp: Bool,
        _ progress: @escaping @Sendable (LoadRunner.Progress) -> Void
    ) async throws -> LoadResult {
        let names = operations.map(\.name)
        var seeds = SplitMix64(seed: seed)
        let begin = clock.now()
        let end: UInt64? =
            if case .duration(let duration) = settings.length { begin + Self.nanoseconds(duration) } else { nil }
        let course = Course(
            begin: begin,
            end: end,
            schedule: schedule(begin: begin, end: end, seed: seeds.next()),
            recorders: (0..<max(1, executors.count)).map { _ in LoadRecorder(names: names) }
        )
        let processorBegin = clock.processorSeconds()
        let workerSeeds = clients.map { _ in seeds.next() }
        try await drive(clients, workerSeeds, executors, course) { [clock] in
            var tally = course.recorders[0].tally
            for recorder in course.recorders.dropFirst() { tally.add(recorder.tally) }
            var latency = LatencyHistogram()
            for operation in tally.operations { latency.add(operation.latency) }
            progress(
                LoadRunner.Progress(
                    elapsed: .nanoseconds(Int64(clock.now() - course.begin)),
                    completed: latency.count,
                    failures: tally.operations.reduce(0) { $0 + $1.failures },
                    isWarmUp: isWarmUp,
                    p95: latency.percentile(95)
                )
            )
        }
        let elapsed = clock.now() - begin
        recordUnbegun(course, at: begin + elapsed, &seeds)
        var tally = course.recorders[0].tally
        for recorder in course.recorders.dropFirst() { tally.add(recorder.tally) }
        return LoadResult(
            operations: tally.operations,
            elapsed: .nanoseconds(Int64(elapsed)),
            ownLag: tally.ownLag,
            connectionWait: tally.connectionWait,
            processorSeconds: clock.processorSeconds() - processorBegin,
            isInterrupted: Task.isCancelled
        )
    }

    private func schedule(begin: UInt64, end: UInt64?, seed: UInt64) -> ArrivalSchedule? {
        guard let rate = settings.rate else { return nil }
        var arrivals: Int?
        if case .runsPerConnection(let runs) = settings.length { arrivals = runs * settings.connections }
        return ArrivalSchedule(start: begin, rate: rate, arrivals: arrivals, end: end, seed: seed)
    }

    private func drive(
        _ clients: [LoadClient],
        _ seeds: [UInt64],
        _ executors: [any TaskExecutor],
        _ course: Course,
        _ report: @escaping @Sendable () -> Void
    ) async throws {
        let choice = WeightedChoice(operations.map(\.weight))
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for (number, client) in clients.enumerated() {
                let worker = LoadWorker(
                    operations: operations,
                    choice: choice,
                    client: client,
                    recorder: course.recorders[number % course.recorders.count],
                    clock: clock
                )
                let executor = executors.isEmpty ? nil : executors[number % executors.count]
                group.addTask(executorPreference: executor) {
                    try await work(
                        worker,
                        course,
                        seed: seeds[number],
                        on: executor == nil ? nil : client.session as? any Actor
                    )
                    return true
                }
            }
            if course.schedule == nil {
                for (number, recorder) in course.recorders.enumerated() {
                    group.addTask(executorPreference: executors.isEmpty ? nil : executors[number]) {
                        await probeLag(recorder)
                    }
                }
            }
            group.addTask {
                await repeatedly(every: Self.progressInterval) { _ in report() }
                return false
            }
            var working = clients.count
            while let isWorker = try await group.next() {
                if isWorker { working -= 1 }
                if working == 0 { break }
            }
            group.cancelAll()
        }
    }

    /// A worker that is cancelled has done what it could.
    ///
    /// Isolated to its connection where that is served by the same thread: a run then needs no turn in the queue of the
    /// thread to begin, nor to go on when it has the answer.
    private func work(
        _ worker: LoadWorker,
        _ course: Course,
        seed: UInt64,
        on connection: isolated (any Actor)?
    ) async throws {
        var runs: Int?
        if case .runsPerConnection(let count) = settings.length { runs = count }
        do {
            if let schedule = course.schedule {
                try await worker.runOpen(schedule, until: course.end, seed: seed)
            } else {
                try await worker.runClosed(runs: runs, until: course.end, seed: seed)
            }
        } catch is CancellationError {
            return
        }
    }

    private func probeLag(_ recorder: LoadRecorder) async -> Bool {
        await repeatedly(every: Self.lagProbeInterval) { recorder.recordOwnLag($0) }
        return false
    }

    /// Calls the body with how late it is, until the task is cancelled.
    private func repeatedly(every interval: UInt64, _ body: (_ lateness: UInt64) -> Void) async {
        while !Task.isCancelled {
            let due = clock.now() + interval
            do { try await clock.sleep(due) } catch { return }
            let now = clock.now()
            body(now > due ? now - due : 0)
        }
    }

    /// What was due and has not begun counts with the time that it has waited so far.
    private func recordUnbegun(_ course: Course, at now: UInt64, _ seeds: inout SplitMix64) {
        guard let schedule = course.schedule else { return }
        let choice = WeightedChoice(operations.map(\.weight))
        var random = SplitMix64(seed: seeds.next())
        while let due = schedule.next(), due < now {
            course.recorders[0].recordUnbegun(choice.next(using: &random), waited: now - due)
        }
    }

    private static func nanoseconds(_ duration: Duration) -> UInt64 {
        UInt64(max(0, duration.nanoseconds))
    }
}
