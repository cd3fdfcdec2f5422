import Synchronization

/// The document's cache: a map with times.
///
/// It has no bound; every caller loads who finds nothing; a load that was overtaken by `remove` is kept all the same;
/// and no other process hears of a `remove`. `Cache` of the library has none of these faults.
package final class AuthExpiringMap<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct Entry {
        let value: Value
        let expiresAt: ContinuousClock.Instant
    }

    private let timeToLive: Duration
    private let entries = Mutex<[Key: Entry]>([:])

    /// Keeps values for five minutes, as the document does.
    package init(timeToLive: Duration = .seconds(300)) {
        self.timeToLive = timeToLive
    }

    /// What is kept, or what the load gives, which is then kept.
    package func value(for key: Key, load: () async throws -> Value?) async throws -> Value? {
        let now = ContinuousClock.now
        if let entry = entries.withLock({ $0[key] }), entry.expiresAt > now { return entry.value }
        guard let value = try await load() else { return nil }
        let entry = Entry(value: value, expiresAt: now + timeToLive)
        entries.withLock { $0[key] = entry }
        return value
    }

    package func remove(_ key: Key) {
        entries.withLock { $0[key] = nil }
    }

    package var count: Int { entries.withLock { $0.count } }

    /// Bytes of all that is kept, without what the map itself needs.
    package func bytes(of weigh: (Value) -> Int) -> Int {
        entries.withLock { entries in
            entries.reduce(0) { $0 + MemoryLayout<(Key, Entry)>.stride + weigh($1.value.value) }
        }
    }
}
