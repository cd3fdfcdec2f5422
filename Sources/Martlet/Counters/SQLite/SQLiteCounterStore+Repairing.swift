internal import MartletCore

extension SQLiteCounterStore {
    package func initialise(_ name: CounterName, force: Bool) async throws -> CounterCorrection {
        try await repair(name) { entry, repair in
            guard force || entry.initialisedAt == nil else { return nil }
            return repair
        }
    }

    package func fix(_ name: CounterName) async throws -> CounterCorrection {
        try await repair(name) { _, repair in repair }
    }

    package func backfill(
        _ name: CounterName,
        options: BackfillOptions,
        progress: @Sendable (BackfillProgress) async -> Void
    ) async throws -> CounterCorrection {
        try await withoutActuallyEscaping(progress) { progress in
            try await repair(name, progress: progress) { entry, repair in
                var repair = repair
                repair.batchSize = max(1, options.batchSize)
                // Until the first numbers are right, what triggers or a default left is no number to pass over.
                repair.onlyMissing = options.skipsExisting && entry.initialisedAt != nil
                repair.throttle = options.throttle
                return repair
            }
        }
    }

    /// Restores what is missing and then the numbers, unless the plan says that there is nothing to do.
    private func repair(
        _ name: CounterName,
        progress: @escaping @Sendable (BackfillProgress) async -> Void = { _ in },
        _ plan: (SQLiteCounterRegistry.Entry, SQLiteCounterRepair) -> SQLiteCounterRepair?
    ) async throws -> CounterCorrection {
        try await withWriter { connection in
            let registry = SQLiteCounterRegistry(connection: connection)
            let shape = try await shape(of: try await registry.existing(name), on: connection)
            try await connection.transaction { _ = try await restore(shape, on: $0) }
            try await requireIntegers(shape, on: connection)
            let repair = SQLiteCounterRepair(shape: shape, engine: engine, writer: connection, progress: progress)
            guard let planned = plan(try await registry.existing(name), repair) else {
                return CounterCorrection(name: name, keysChecked: nil, keysCorrected: 0)
            }
            return try await planned.run()
        }
    }

    /// A sum in which rows are left out would not be what its reader thinks it is.
    func requireIntegers(_ shape: SQLiteCounterShape, on connection: any Connection) async throws {
        guard let sum = shape.sum else { return }
        let text =
            "SELECT 1 FROM \(shape.table.quoted) WHERE typeof(\(sum.text)) NOT IN ('integer', 'null')"
            + "\(shape.restriction("AND")) LIMIT 1"
        let rows = try await connection.run(BoundStatement(Statement(unsafeText: text)))
        guard rows.isEmpty else {
            throw CounterError(
                .invalidDefinition,
                "\(sum.text) is not an integer in every row of \(shape.table.name), and only integers add up exactly"
            )
        }
    }
}
