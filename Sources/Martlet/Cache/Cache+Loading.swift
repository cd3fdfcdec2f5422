import Synchronization

extension Cache {
    @usableFromInline typealias Load = @Sendable () async throws -> CacheLoad<Value>

    /// Waits for the load of a key, which is begun if there is none on its way.
    @usableFromInline
    func wait(for key: Key, _ load: @escaping Load) async throws -> Value? {
        let waiter = directory.withLock { $0.nextID() }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                enroll(waiter, continuation, for: key, load)
            }
        } onCancel: {
            leave(waiter)
        }
    }

    private func enroll(
        _ waiter: UInt64,
        _ continuation: CheckedContinuation<Value?, any Error>,
        for key: Key,
        _ load: @escaping Load
    ) {
        var known: Reading?
        var alarm: CacheMetrics?
        var isCancelled = false
        directory.withLock { directory in
            alarm = raisedAlarm(&directory)
            // The task's flag is set before its handler runs, and the handler needs this lock: none is missed.
            isCancelled = Task.isCancelled
            guard !isCancelled else { return }
            if let id = directory.joinable[ExactKey(key)] {
                directory.metrics.misses += 1
                directory.flights[id]?.waiters[waiter] = continuation
                return
            }
            // The load that filled it may have ended since this reader looked.
            let reading = read(key, holding: &directory)
            if case .miss = reading.lookup {
                directory.metrics.misses += 1
                begin(key, load, waiters: [waiter: continuation], isRefresh: false, in: &directory)
            } else {
                known = reading
            }
        }
        if let alarm { alert?(alarm) }
        if isCancelled { return continuation.resume(throwing: CancellationError()) }
        guard let known else { return }
        continuation.resume(with: Result { try known.answer?.value })
    }

    private func read(_ key: Key, holding directory: inout Directory) -> Reading {
        let now = now
        return shard(of: key).state
            .withLock { state in
                guard let entry = state.entries[ExactKey(key)] else { return Reading() }
                if now < entry.expiresAt {
                    state.hits += 1
                    state.hitAgeNanoseconds &+= now - entry.loadedAt
                    return Reading(entry.outcome)
                }
                state.entries[ExactKey(key)] = nil
                directory.remove(entry.slot)
                directory.metrics.expirations += 1
                return Reading()
            }
    }

    /// Begins a load that nobody waits for, unless one is on its way or too many are.
    @usableFromInline
    func refresh(_ key: Key, _ load: @escaping Load) {
        directory.withLock { directory in
            guard directory.joinable[ExactKey(key)] == nil, directory.refreshes < options.refreshesMax else { return }
            // The load that renewed it may have ended since this reader looked.
            let now = now
            let isDue = shard(of: key).state.withLock { $0.entries[ExactKey(key)].map { now >= $0.refreshAt } ?? false }
            guard isDue else { return }
            directory.refreshes += 1
            directory.metrics.refreshes += 1
            begin(key, load, waiters: [:], isRefresh: true, in: &directory)
        }
    }

    private func begin(
        _ key: Key,
        _ load: @escaping Load,
        waiters: [UInt64: CheckedContinuation<Value?, any Error>],
        isRefresh: Bool,
        in directory: inout Directory
    ) {
        let id = directory.nextID()
        var flight = CacheFlight<Key, Value>(
            key: key,
            sequence: directory.sequence,
            startedAt: mark,
            isRefresh: isRefresh,
            waiters: waiters
        )
        directory.metrics.loads += 1
        directory.joinable[ExactKey(key)] = id
        let sharing = sharing
        flight.task = Task {
            do {
                let found = try await sharing?.value(of: key, isRefresh: isRefresh, load)
                if let found { self.finish(id, .success(found)) } else { self.finish(id, .success(try await load())) }
            } catch {
                self.finish(id, .failure(error))
            }
        }
        directory.flights[id] = flight
    }

    private func finish(_ id: UInt64, _ result: Result<CacheLoad<Value>, any Error>) {
        let waiters = directory.withLock { directory -> [CheckedContinuation<Value?, any Error>] in
            guard let flight = directory.end(id) else { return [] }
            directory.metrics.loadTime += .nanoseconds(max(0, mark - flight.startedAt))
            if case .failure = result { directory.metrics.loadFailures += 1 }
            store(result, of: flight, in: &directory)
            return Array(flight.waiters.values)
        }
        for waiter in waiters { waiter.resume(with: result.map(\.value)) }
    }

    /// Takes one who was cancelled out of the load that it waits for; the load ends with the last.
    private func leave(_ waiter: UInt64) {
        var abandoned: Task<Void, Never>?
        let continuation = directory.withLock { directory -> CheckedContinuation<Value?, any Error>? in
            guard let id = directory.flights.first(where: { $0.value.waiters[waiter] != nil })?.key else { return nil }
            let continuation = directory.flights[id]?.waiters.removeValue(forKey: waiter)
            if let flight = directory.flights[id], flight.waiters.isEmpty, !flight.isRefresh {
                abandoned = directory.end(id)?.task
            }
            return continuation
        }
        abandoned?.cancel()
        continuation?.resume(throwing: CancellationError())
    }

    /// Loads without the cache: nothing that is kept may be served, and what is found may not be kept.
    @usableFromInline
    func loadPast(_ load: Load) async throws -> Value? {
        directory.withLock { directory in
            directory.metrics.bypasses += 1
            directory.metrics.loads += 1
        }
        return try await load().value
    }

    /// The metrics of which the alert is to be told now, if it is.
    private func raisedAlarm(_ directory: inout Directory) -> CacheMetrics? {
        let misses = directory.metrics.misses
        guard alert != nil, directory.alert.isDue(misses: misses, options: options) else { return nil }
        let metrics = snapshot(of: directory)
        let requests = metrics.hits + metrics.misses + metrics.bypasses
        return directory.alert.shouldRaise(hits: metrics.hits, requests: requests, options: options) ? metrics : nil
    }
}
