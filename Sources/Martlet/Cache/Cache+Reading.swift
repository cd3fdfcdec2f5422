public import Synchronization

extension Cache {
    /// What is kept for a key, or what a load finds.
    ///
    /// One load runs for a key however many ask for it, in a task of its own; it is cancelled when all who wait for it
    /// were. Its error goes to all of them. `nil` means that there is none, which is remembered too. A load that has
    /// begun must see all that is committed then: it must not run in an older transaction's snapshot.
    @inlinable
    public func value(
        for key: Key,
        tags: [CacheTag] = [],
        load: @escaping @Sendable () async throws -> Value?
    ) async throws -> Value? {
        let now = now
        guard now < servedUntil.load(ordering: .acquiring) else {
            return try await loadPast { CacheLoad(try await load()) }
        }
        let reading = read(key, now: now)
        if let answer = try reading.answer {
            if reading.isDue { refresh(key) { CacheLoad(try await load(), tags: tags) } }
            return answer.value
        }
        return try await wait(for: key) { CacheLoad(try await load(), tags: tags) }
    }

    /// What is kept for a key, or what a load finds that also says which tags it has.
    ///
    /// As `value(for:tags:load:)`, for tags that are known only from the value.
    @inlinable
    public func value(
        for key: Key,
        loadTagged load: @escaping @Sendable () async throws -> CacheLoad<Value>
    ) async throws -> Value? {
        let now = now
        guard now < servedUntil.load(ordering: .acquiring) else { return try await loadPast(load) }
        let reading = read(key, now: now)
        if let answer = try reading.answer {
            if reading.isDue { refresh(key, load) }
            return answer.value
        }
        return try await wait(for: key, load)
    }

    /// What was found without waiting.
    @usableFromInline
    struct Reading {
        @usableFromInline var lookup: CacheLookup<Value>
        /// Whether the entry should be loaded again behind the answer.
        @usableFromInline var isDue: Bool

        @inlinable
        init(_ lookup: CacheLookup<Value> = .miss, isDue: Bool = false) {
            (self.lookup, self.isDue) = (lookup, isDue)
        }

        /// The value, or that there is none; nil if it must be loaded.
        @inlinable var answer: CacheLoad<Value>? {
            get throws {
                switch lookup {
                case .value(let value): CacheLoad(value)
                case .absent: CacheLoad(nil)
                case .failure(let error): throw error
                case .miss: nil
                }
            }
        }
    }

    /// Looks for a key, and notes the hit.
    @inlinable
    func read(_ key: Key, now: Int64) -> Reading {
        // Counting references to a part would cost readers on several threads more than its lock. It lives as long as
        // the cache, which must therefore outlive the look at it.
        defer { withExtendedLifetime(self) {} }
        return borrowedShards[shardIndex(of: key)]
            ._withUnsafeGuaranteedRef { shard in
                let isCrowded = isCrowded.load(ordering: .relaxed)
                var isBatchFull = false
                let reading = shard.state.withLock { state -> Reading in
                    guard let entry = state.entries[ExactKey(key)], now < entry.expiresAt else { return Reading() }
                    state.hits += 1
                    state.hitAgeNanoseconds &+= now - entry.loadedAt
                    if isCrowded {
                        state.touches.append(entry.slot)
                        isBatchFull = state.touches.count >= Shard.touchesMax
                    }
                    return Reading(entry.outcome, isDue: now >= entry.refreshAt)
                }
                if isBatchFull { tellTouches(of: shard) }
                return reading
            }
    }

    /// Tells the policy of a full batch of hits, or forgets the batch if it has been told of others just now.
    ///
    /// If another thread holds the directory, these hits are lost to the order of eviction, and to nothing else.
    @usableFromInline
    func tellTouches(of shard: Shard) {
        let stores = stores.load(ordering: .relaxed)
        var touches: [Int32] = []
        shard.state.withLock { state in
            state.batchesUntold += 1
            guard stores != state.storesTold || state.batchesUntold >= Shard.batchesPerTelling else {
                return state.touches.removeAll(keepingCapacity: true)
            }
            (state.storesTold, state.batchesUntold) = (stores, 0)
            swap(&touches, &state.touches)
            state.touches.reserveCapacity(Shard.touchesMax)
        }
        if touches.isEmpty { return }
        directory.withLockIfAvailable { directory in
            for slot in touches { directory.policy.recordHit(Int(slot)) }
        }
    }

    /// Tells the policy of all hits so far, so that it decides by them.
    func applyTouches(_ directory: inout Directory) {
        for shard in shards {
            shard.state.withLock { state in
                for slot in state.touches { directory.policy.recordHit(Int(slot)) }
                state.touches.removeAll(keepingCapacity: true)
            }
        }
    }
}
