import Martlet

/// One who works on counters while others write: he folds, and may repair.
///
/// Triggers see every change that the clients of a test make, so there is nothing to repair. What he corrects all the
/// same he tells: it is a drift that would be gone when the counters are looked at.
struct CounterKeeper: Sendable {
    private let store: PostgresCounterStore
    private let names: [CounterName]
    private let isRepairing: Bool

    init(_ store: PostgresCounterStore, _ names: [CounterName], isRepairing: Bool) {
        self.store = store
        self.names = names
        self.isRepairing = isRepairing
    }

    /// Works until the task is cancelled, and returns what was wrong.
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
        return corrections.filter { $0.keysCorrected > 0 }
    }
}
