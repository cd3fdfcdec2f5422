import MartletCore

extension PostgresCounterStore {
    package func backfill(
        _ name: CounterName,
        options: BackfillOptions,
        progress: @Sendable (BackfillProgress) async -> Void
    ) async throws -> CounterCorrection {
        guard options.batchSize > 0 else {
            throw CounterError(.invalidDefinition, "backfill the counter \(name): a batch has one key at least")
        }
        return try await repairing(name) { record, connection in
            if record.counter.parent != nil {
                return try await fill(record, options: options, on: connection, progress: progress)
            }
            if record.passesOver(options) {
                return CounterCorrection(name: name, keysChecked: nil, keysCorrected: 0)
            }
            guard try await isOrdered(record.counter, on: connection) else {
                let correction = try await correct(record, on: connection)
                let keys = correction.keysChecked ?? 0
                await progress(BackfillProgress(keysDone: keys, keysEstimated: keys))
                return correction
            }
            var run = PostgresCounterBackfill(record, options: options)
            if !options.skipsExisting { run.startAgain() }
            let estimate = try await connection.run(
                "\(unsafeSQL: PostgresCounterBackfillSQL(counter: record.counter).keysEstimated)"
            )
            let keysEstimated = try estimate.first?.decode(Int.self, at: 0)
            while !run.isDone {
                run = try await batch(of: run, on: connection)
                await progress(BackfillProgress(keysDone: run.keysDone, keysEstimated: keysEstimated))
                if !run.isDone, options.throttle > .zero { try await sleep(options.throttle) }
            }
            return CounterCorrection(name: name, keysChecked: run.keysChecked, keysCorrected: run.keysCorrected)
        }
    }

    /// Batches are ranges of keys; a counter without keys, or without an index that has them in order, has none.
    func isOrdered(_ counter: PostgresCounter, on connection: any Connection) async throws -> Bool {
        guard !counter.keys.isEmpty else { return false }
        let sql = PostgresCounterBackfillSQL(counter: counter).hasIndex
        return try await connection.run("\(unsafeSQL: sql)")[0].decode(Bool.self, at: 0)
    }

    /// One batch in its own snapshot, together with the note of how far it came.
    private func batch(
        of run: PostgresCounterBackfill,
        on connection: any Connection
    ) async throws -> PostgresCounterBackfill {
        let counter = run.counter
        let sql = PostgresCounterBackfillSQL(counter: counter)
        return try await connection.transaction(isolation: .repeatableRead) { connection in
            var run = run
            try await connection.run("\(unsafeSQL: PostgresCounterRepairSQL(counter: counter).lock)")
            try await settle(connection)
            try await requireTriggers(of: counter, on: connection)
            let start = run.end.map { [$0] } ?? []
            let end =
                try await connection.run(
                    BoundStatement(
                        Statement(unsafeText: sql.end(batchSize: run.batchSize, isFirst: start.isEmpty)),
                        values: start
                    )
                )
                .first.map { $0[0] }
            let rows = try await connection.run(
                BoundStatement(
                    Statement(unsafeText: sql.batch(isFirst: start.isEmpty, isLast: end == nil)),
                    values: start + (end.map { [$0] } ?? [])
                )
            )
            try run.add(rows[0], end: end)
            if run.isDone {
                try run.add(try await connection.run("\(unsafeSQL: sql.rest)")[0], end: nil)
            }
            try await note(run, on: connection)
            return run
        }
    }

    /// Notes how far a backfill came, in the transaction that came so far.
    func note(_ run: PostgresCounterBackfill, on connection: any Connection) async throws {
        try await connection.run(
            """
            UPDATE martlet.counters SET backfilled_to = \(run.end ?? .null)::text[],
              backfilled_keys = \(run.isDone ? 0 : run.keysDone)::bigint,
              initialised_at = CASE WHEN \(run.isDone)::bool THEN coalesce(initialised_at, now())
                ELSE initialised_at END
            WHERE name = \(run.counter.name.text)
            """
        )
    }
}
