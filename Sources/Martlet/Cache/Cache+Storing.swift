import MartletCore
import Synchronization

extension Cache {
    /// Keeps what a load found, unless it is out of date already or there is no time to live for it.
    func store(
        _ result: Result<CacheLoad<Value>, any Error>,
        of flight: CacheFlight<Key, Value>,
        in directory: inout Directory
    ) {
        var outcome = CacheLookup<Value>.miss
        var tags: [CacheTag] = []
        var timeToLive = options.timeToLiveError
        var startedAt = flight.startedAt
        switch result {
        case .success(let load):
            if let value = load.value {
                (outcome, timeToLive) = (.value(value), options.timeToLive)
            } else {
                (outcome, timeToLive) = (.absent, options.timeToLiveAbsent)
            }
            tags = Array(Set(load.tags))
            startedAt -= load.age.nanoseconds
        case .failure(let error): outcome = .failure(error)
        }
        guard timeToLive > .zero else { return }
        guard directory.isCurrent(flight, tags: tags) else {
            directory.metrics.loadsFenced += 1
            return
        }
        let life = jittered(timeToLive, by: Double.random(in: 0...1, using: &directory.random))
        let due = options.refreshAheadRatio.map(life.scaled) ?? life
        var entry = CacheEntry(
            outcome: outcome,
            slot: -1,
            loadedAt: startedAt,
            refreshAt: startedAt.addingSaturated(due),
            expiresAt: startedAt.addingSaturated(life)
        )
        guard replace(flight.key, newerThan: entry.loadedAt, in: &directory) else { return }
        applyTouches(&directory)
        let hash = UInt64(bitPattern: Int64(flight.key.hashValue))
        let weight = weight(of: flight.key, outcome)
        let place = directory.insert(flight.key, hash: hash, weight: weight, tags: tags)
        entry.slot = place.slot
        stores.add(1, ordering: .relaxed)
        if directory.policy.weight >= weightMax / 2 { isCrowded.store(true, ordering: .relaxed) }
        let own = ExactKey(flight.key)
        var isKept = true
        for key in place.evicted {
            // An entry that is not let in is among the evicted.
            let evicted = ExactKey(key)
            if evicted == own { isKept = false } else { shard(of: key).state.withLock { $0.entries[evicted] = nil } }
        }
        if isKept { shard(of: flight.key).state.withLock { $0.entries[own] = entry } }
    }

    /// Makes way for an entry; false if what there is was loaded later.
    private func replace(_ key: Key, newerThan loadedAt: Int64, in directory: inout Directory) -> Bool {
        shard(of: key).state
            .withLock { state in
                guard let old = state.entries[ExactKey(key)] else { return true }
                guard old.loadedAt <= loadedAt else { return false }
                state.entries[ExactKey(key)] = nil
                directory.remove(old.slot)
                return true
            }
    }

    private func weight(of key: Key, _ outcome: CacheLookup<Value>) -> Int {
        guard let weigh else { return 1 }
        guard case .value(let value) = outcome else { return Self.overheadBytes }
        // What weighs more than there is room for is not kept, however much more.
        return Self.overheadBytes + min(max(0, weigh(key, value)), weightMax)
    }

    private func jittered(_ timeToLive: Duration, by chance: Double) -> Int64 {
        let nanoseconds = timeToLive.nanoseconds
        return nanoseconds - nanoseconds.scaled(by: options.jitterRatio * chance)
    }
}

extension Int64 {
    /// A part of a number that is not negative.
    ///
    /// None of it for a ratio below 0 or that is no number, all of it for one above 1.
    func scaled(by ratio: Double) -> Int64 {
        // Compared first: the product as a floating-point number may be one more than fits.
        guard ratio > 0 else { return 0 }
        return ratio < 1 ? Swift.min(Int64(Double(self) * ratio), self) : self
    }

    /// The sum, or the largest number if it is larger than that.
    func addingSaturated(_ other: Int64) -> Int64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }
}
