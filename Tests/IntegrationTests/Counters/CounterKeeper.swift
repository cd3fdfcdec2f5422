import Martlet

/// One who works on counters while others write: he folds, and may repair.
///
/// Triggers see every change that the clients of a test make, so there is nothing to repair. What he corrected all the
/// same he tells: it is a drift that is gone when the counters are looked at.
struct CounterKeeper: Sendable {
    private let store: PostgresCounterStore
    private let names: [CounterName]
    private let isRepairing: Bool

    init(_ store: PostgresCounterStore, _ names: [CounterName], isRepairing: Bool) {
        self.store = store
        self.names = names
        self.isRepairing = isRepairing
    }

    /// Works until the task is cancelled, and returns what each repair that came to its end has corrected.
    func keep() async -> [CounterCorrection] {
        var corrections: [CounterCorrection] = []
        while !Task.isCancelled {
            for name in names {
                // The server may be down at the moment.
                _ = try? await store.fold(name)
                guard isRepairing else { continue }
                if let correction = try? await store.fix(name) { corrections.append(correction) }
                let again = BackfillOptions(skipsExisting: false)
                if let correction = try? await store.backfill(name, options: again, progress: { _ in }) {
                    corrections.append(correction)
                }
            }
            try? await Task.sleep(for: .milliseconds(20))
        }
        return corrections
    }
}
