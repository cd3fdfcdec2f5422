/// One load on its way, and who waits for it.
struct CacheFlight<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    let key: Key
    /// When it began, in invalidations: what was invalidated later may be missing from what it finds.
    let sequence: UInt64
    /// When it began, in nanoseconds since the cache was made.
    let startedAt: Int64
    /// Whether it goes on when nobody waits.
    let isRefresh: Bool
    /// Whether its key was invalidated since it began; the result goes to those who waited before, and is not kept.
    var isFenced = false
    var waiters: [UInt64: CheckedContinuation<Value?, any Error>] = [:]
    var task: Task<Void, Never>?
}
