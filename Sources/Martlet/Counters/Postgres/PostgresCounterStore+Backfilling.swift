import MartletCore

extension PostgresCounterStore {
    package func backfill(
        _ name: CounterName,
        options: BackfillOptions,
        progress: @Sendable (BackfillProgress) async -> Void
    ) async throws -> CounterCorrection {
        let correction = try await initialise(name, force: !options.skipsExisting)
        await progress(BackfillProgress(keysDone: correction.keysChecked ?? 0, keysEstimated: nil))
        return correction
    }
}
