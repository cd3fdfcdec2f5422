import MartletCore

extension PostgresCounterStore {
    /// Keys that are folded in one transaction: writers of these keys, and of no others, fold none meanwhile.
    private static let keysAtOnce = 50
    /// Times that a batch is folded at most; each joins a thousand deltas of a key.
    private static let turnsMax = 1_000

    package func fold(
        _ name: CounterName,
        progress: @Sendable (BackfillProgress) async -> Void
    ) async throws -> CounterFolding {
        // Nothing is folded at higher levels, where a delta that somebody else has folded would fail the transaction.
        let settings = [("martlet.fold_closely", "on"), ("default_transaction_isolation", "read committed")]
        return try await connected(.readWrite, settings: settings) { connection in
            let record = try await record(of: name, on: connection)
            guard record.counter.parent == nil else { return CounterFolding(name: name, rowsBefore: 0, rowsAfter: 0) }
            let count: BoundStatement = "SELECT count(*) FROM \(unsafeSQL: record.counter.slots)"
            let before = try await connection.run(count)[0].decode(Int.self, at: 0)
            let sql = PostgresCounterFoldingSQL(counter: record.counter)
            var last: [Value] = []
            var keysDone = 0
            while true {
                let keys = try await foldBatch(sql, after: last, on: connection)
                guard let end = keys.last else { break }
                last = [end]
                keysDone += keys.count
                await progress(BackfillProgress(keysDone: keysDone, keysEstimated: nil))
            }
            try await foldKeysWithNull(sql, on: connection)
            let after = try await connection.run(count)[0].decode(Int.self, at: 0)
            return CounterFolding(name: name, rowsBefore: before, rowsAfter: after)
        }
    }

    /// Folds the next keys until nothing is left of them to fold, and returns them as arrays of texts.
    private func foldBatch(
        _ sql: PostgresCounterFoldingSQL,
        after last: [Value],
        on connection: any Connection
    ) async throws -> [Value] {
        let query = sql.keys(isFirst: last.isEmpty, limit: Self.keysAtOnce)
        let rows = try await connection.run(BoundStatement(Statement(unsafeText: query), values: last))
        let keys = rows.map { $0[0] }
        let most = try rows.map { try $0.decode(Int.self, "deltas") }.max() ?? 0
        let literals = Value.array(keys.map { .text(PostgresCounterKeyText.literal(of: $0)) })
        for _
            in 0..<min(
                Self.turnsMax,
                (most + PostgresCounterFoldingSQL.rowsMax - 1) / PostgresCounterFoldingSQL.rowsMax
            )
        {
            _ = try await locked(sql, on: connection) { connection in
                try await connection.run(BoundStatement(Statement(unsafeText: sql.fold), values: [literals]))
            }
        }
        return keys
    }

    /// Folds keys with a NULL in them, some deltas at a time, until no key has two that can be had.
    private func foldKeysWithNull(_ sql: PostgresCounterFoldingSQL, on connection: any Connection) async throws {
        var removed = 0
        repeat {
            let rows = try await locked(sql, on: connection) { try await $0.run("\(unsafeSQL: sql.foldNulls)") }
            removed = try rows[0].decode(Int.self, at: 0)
        } while removed > 0
    }

    /// The session's lock is the session's: it holds within the function, and writers go on without folding.
    private func locked(
        _ sql: PostgresCounterFoldingSQL,
        on connection: any Connection,
        _ body: (any Connection) async throws -> Rows
    ) async throws -> Rows {
        try await connection.run("\(unsafeSQL: sql.lock)")
        return try await Self.finishing({ try await connection.run("\(unsafeSQL: sql.unlock)") }) {
            try await body(connection)
        }
    }
}
