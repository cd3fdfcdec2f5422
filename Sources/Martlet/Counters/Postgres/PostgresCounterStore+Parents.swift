import MartletCore

extension PostgresCounterStore {
    /// How long a batch waits for one parent while others wait for those that it has locked already.
    private static let patienceMilliseconds = 40
    /// Times that a single parent is tried again after a deadlock.
    private static let attemptsMax = 20

    /// Counts anew for a few parents at a time, each batch in a transaction of its own.
    ///
    /// A batch that would wait for a writer gives its locks back and goes on with one parent, for which it may wait as
    /// long as it takes: nobody else waits for more than that parent meanwhile.
    func fill(
        _ record: PostgresCounterRecord,
        options: BackfillOptions? = nil,
        on connection: any Connection,
        progress: @Sendable (BackfillProgress) async -> Void = { _ in }
    ) async throws -> CounterCorrection {
        guard let sql = record.counter.ofParent else {
            throw CounterError(.invalidDefinition, "fill \(record.counter.name): it is not kept in a parent")
        }
        var run = PostgresCounterBackfill(record, options: options ?? BackfillOptions())
        let onlyMissing = options.map(record.passesOver) ?? false
        if options?.skipsExisting != true { run.startAgain() }
        let estimate = try await connection.run("\(unsafeSQL: sql.keysEstimated)")
        let keysEstimated = try estimate.first?.decode(Int.self, at: 0)
        var batchSize = run.batchSize
        var failures = 0
        while !run.isDone {
            do {
                run = try await batch(of: run, sql, size: batchSize, onlyMissing: onlyMissing, on: connection)
                batchSize = min(run.batchSize, batchSize * 2)
                failures = 0
            } catch let error as EngineError where error.code.isRetryable && failures < Self.attemptsMax {
                failures += 1
                batchSize = 1
                continue
            }
            await progress(BackfillProgress(keysDone: run.keysDone, keysEstimated: keysEstimated))
            if !run.isDone, let throttle = options?.throttle, throttle > .zero { try await sleep(throttle) }
        }
        // Those that were not missing were not counted.
        let counted = onlyMissing ? run.keysCorrected : run.keysChecked
        return CounterCorrection(
            name: record.counter.name,
            keysChecked: counted,
            keysCorrected: run.keysCorrected,
            keysSkipped: run.keysChecked - counted
        )
    }

    /// Locks the parents of a batch, then counts in a new statement, which has a new snapshot at READ COMMITTED.
    private func batch(
        of run: PostgresCounterBackfill,
        _ sql: PostgresParentFillSQL,
        size: Int,
        onlyMissing: Bool,
        on connection: any Connection
    ) async throws -> PostgresCounterBackfill {
        try await connection.transaction(isolation: .readCommitted) { connection in
            var run = run
            try await settle(connection)
            let patience = size > 1 ? "\(Self.patienceMilliseconds)ms" : "0"
            try await connection.run("SELECT set_config('lock_timeout', \(patience)::text, true)")
            // Nobody drops a trigger from here on.
            try await connection.run("\(unsafeSQL: PostgresCounterRepairSQL(counter: run.counter).lock)")
            try await requireTriggers(of: run.counter, on: connection)
            let start = run.end.map { [$0] } ?? []
            let found = try await connection.run(
                BoundStatement(
                    Statement(unsafeText: sql.end(batchSize: size, isFirst: start.isEmpty)),
                    values: start
                )
            )
            guard let found = found.first else {
                run.add(checked: 0, corrected: 0, end: nil)
                try await note(run, on: connection)
                return run
            }
            let range = start + [found["end"]]
            let lock = sql.lock(isFirst: start.isEmpty, onlyMissing: onlyMissing)
            let locked = try await connection.run(BoundStatement(Statement(unsafeText: lock), values: range))
            var corrected = 0
            if try locked[0].decode(Int.self, at: 0) > 0 {
                let fill = sql.fill(isFirst: start.isEmpty, onlyMissing: onlyMissing)
                corrected =
                    try await connection.run(BoundStatement(Statement(unsafeText: fill), values: range)).affectedRows
            }
            run.add(checked: try found.decode(Int.self, "checked"), corrected: corrected, end: found["end"])
            try await note(run, on: connection)
            return run
        }
    }
}

extension PostgresCounter {
    /// How the parent's column is filled and compared, if it keeps the numbers.
    var ofParent: PostgresParentFillSQL? {
        parent.map { PostgresParentFillSQL(counter: self, parent: $0) }
    }
}
