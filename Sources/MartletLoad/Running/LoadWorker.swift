import MartletCore

/// One client's share of a load.
struct LoadWorker: Sendable {
    let operations: [LoadOperation]
    let choice: WeightedChoice
    let client: LoadClient
    let recorder: LoadRecorder
    let clock: LoadClock

    /// Runs one operation after the other until the count or the instant is reached.
    func runClosed(runs: Int?, until end: UInt64?, seed: UInt64) async throws {
        let scripts = operations.compactMap(\.script)
        if scripts.count == operations.count, let connection = client.session as? any SequentialConnection {
            let runs = ScriptedRuns(scripts, choice, recorder, clock, runs: runs, until: end, seed: seed)
            return try await runScripted(runs, on: connection)
        }
        var random = SplitMix64(seed: seed)
        var remaining = runs ?? .max
        var begun = clock.now()
        while remaining > 0, end.map({ begun < $0 }) ?? true, !Task.isCancelled {
            remaining -= 1
            let operation = choice.next(using: &random)
            let isDone = try await run(operation, &random, since: begun)
            let ended = clock.now()
            if isDone { recorder.record(operation, service: ended - begun) }
            begun = ended
        }
    }

    /// As above, where the connection takes the next statement by itself: what a task costs for each run is more than
    /// the rest of it.
    private func runScripted(_ runs: ScriptedRuns, on connection: any SequentialConnection) async throws {
        while !Task.isCancelled {
            do throws(EngineError) {
                return try await connection.runInTurn(runs)
            } catch {
                let isCutOff = Task.isCancelled
                // Before the rollback, which is no part of the run.
                if isCutOff { runs.cutOff() }
                if runs.isInTransaction { await connection.rollBackShielded() }
                if isCutOff { throw CancellationError() }
                try note(error, of: runs.current)
                runs.abandon()
            }
        }
    }

    /// Takes runs from the schedule until none is due.
    ///
    /// One that is due after `end` is left; one that was due before and has found no connection until then too.
    func runOpen(_ schedule: ArrivalSchedule, until end: UInt64?, seed: UInt64) async throws {
        var random = SplitMix64(seed: seed)
        while !Task.isCancelled {
            let free = clock.now()
            if let end, free >= end { return }
            guard let due = schedule.next() else { return }
            if due > free { try await clock.sleep(due) }
            let begun = clock.now()
            let startable = max(due, free)
            recorder.recordStart(
                connectionWait: startable - due,
                ownLag: begun > startable ? begun - startable : 0
            )
            let operation = choice.next(using: &random)
            let isDone = try await run(operation, &random, since: due)
            guard isDone else { continue }
            let ended = clock.now()
            recorder.record(operation, latency: ended - due, service: ended - begun)
        }
    }

    /// Whether the run was answered.
    ///
    /// One that the end of the load cuts off is neither answered nor a failure: it counts with the time that it has
    /// waited since it was meant to begin, and what cut it off is thrown.
    private func run(_ operation: Int, _ random: inout SplitMix64, since start: UInt64) async throws -> Bool {
        do {
            try await client.withConnection { try await operations[operation].body(&random, $0) }
            return true
        } catch {
            if Task.isCancelled {
                recorder.recordUnanswered(operation, waited: clock.now() - start)
                throw CancellationError()
            }
            guard let failure = error as? EngineError else { throw error }
            try note(failure, of: operation)
            return false
        }
    }

    /// Notes a run that failed; throws if no other can do better.
    private func note(_ error: EngineError, of operation: Int) throws {
        if LoadFailure.hopelessCodes.contains(error.code) {
            throw LoadFailure(operation: operations[operation].name, cause: error)
        }
        if error.code == .connectionLost { throw error }
        recorder.recordFailure(operation, error.message)
    }
}
