import MartletCore
public import Synchronization

/// Keeps what was loaded from a database, within a bound, until it changes.
///
///     let users = Cache<Int, User>(entriesMax: 10_000)
///     let user = try await users.value(for: 42) { try await loadUser(42) }
///     users.invalidate(42)
///
/// One load runs for a key however many ask. A load that began before its key or one of its tags was invalidated is
/// never kept, so there is no stale entry after `invalidate` has returned. There is no way to put a value in from
/// outside: nobody could tell how old it is. Other processes are heard through a `CacheFeed`.
///
/// A hit takes one short lock that only readers of the same part of the keys share, and never suspends.
public final class Cache<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    typealias Directory = CacheDirectory<Key, Value>
    @usableFromInline typealias Shard = CacheShard<Key, Value>

    /// What the cache itself needs for an entry, roughly, in bytes: links, sketch, and its places in two tables.
    static var overheadBytes: Int { 384 }
    /// Sums of weights fit an `Int` with much to spare, also as they are for a moment: with one entry too many.
    private static var weightLimit: Int { .max / 4 }
    /// Entries for which one more part of the keys has its own lock.
    private static var entriesPerShard: Int { 64 }
    private static var shardsMax: Int { 16 }

    /// What it was made with; times to live that are longer than a century are one.
    public let options: CacheOptions
    let directory: GuardedDirectory<Key, Value>
    @usableFromInline let shards: [Shard]
    /// The same without counting references: `shards` keeps them as long as the cache lives.
    @usableFromInline let borrowedShards: [Unmanaged<Shard>]
    /// Until when what is kept may be served, in nanoseconds since the cache was made.
    @usableFromInline let servedUntil = Atomic<Int64>(.max)
    /// Whether the cache has been half full: before, nothing has to go, and nobody needs to know what is used.
    @usableFromInline let isCrowded = Atomic<Bool>(false)
    /// Entries stored so far.
    let stores = Atomic<Int>(0)
    /// The way to the second tier, if there is one; set once.
    private let tier = Mutex<CacheSharing<Key, Value>?>(nil)
    let weightMax: Int
    /// By how much `now` may be ahead of the clock.
    let lag: Int64
    let weigh: (@Sendable (Key, Value) -> Int)?
    let alert: (@Sendable (CacheMetrics) -> Void)?
    /// The time of the cache, which never lags behind the clock.
    @usableFromInline let elapsed: @Sendable () -> Int64

    /// A cache for a number of entries.
    ///
    /// - Parameters:
    ///   - entriesMax: the most entries there are at any time.
    ///   - options: times to live, refreshing, the alert's threshold.
    ///   - clock: what ages are measured by.
    ///   - seed: for jitter and the few choices of eviction that are random.
    ///   - alert: called when the hit ratio has fallen below `hitRatioMin`, once for each fall, in the task of a miss.
    public convenience init(
        entriesMax: Int,
        options: CacheOptions = CacheOptions(),
        clock: any Clock<Duration> = ContinuousClock(),
        seed: UInt64 = .random(in: 0...UInt64.max),
        alert: (@Sendable (CacheMetrics) -> Void)? = nil
    ) {
        self.init(
            weightMax: entriesMax,
            weigh: nil,
            entriesExpected: entriesMax,
            options: options,
            clock: clock,
            seed: seed,
            alert: alert
        )
    }

    /// A cache for a number of bytes.
    ///
    /// - Parameters:
    ///   - bytesMax: the most that all entries weigh at any time, with what the cache itself needs for them.
    ///   - options: times to live, refreshing, the alert's threshold.
    ///   - clock: what ages are measured by.
    ///   - seed: for jitter and the few choices of eviction that are random.
    ///   - alert: called when the hit ratio has fallen below `hitRatioMin`, once for each fall, in the task of a miss.
    ///   - weigher: bytes of a key and its value. It is called under a lock: it must be quick and not use the cache.
    public convenience init(
        bytesMax: Int,
        options: CacheOptions = CacheOptions(),
        clock: any Clock<Duration> = ContinuousClock(),
        seed: UInt64 = .random(in: 0...UInt64.max),
        alert: (@Sendable (CacheMetrics) -> Void)? = nil,
        weigher: @escaping @Sendable (Key, Value) -> Int
    ) {
        self.init(
            weightMax: bytesMax,
            weigh: weigher,
            entriesExpected: min(1_024, max(1, bytesMax / Self.overheadBytes)),
            options: options,
            clock: clock,
            seed: seed,
            alert: alert
        )
    }

    private init(
        weightMax: Int,
        weigh: (@Sendable (Key, Value) -> Int)?,
        entriesExpected: Int,
        options: CacheOptions,
        clock: any Clock<Duration>,
        seed: UInt64,
        alert: (@Sendable (CacheMetrics) -> Void)?
    ) {
        precondition(weightMax > 0, "a cache has room for something")
        self.options = options.bounded
        let weightMax = min(weightMax, Self.weightLimit)
        self.weightMax = weightMax
        self.weigh = weigh
        self.alert = alert
        directory = GuardedDirectory(Directory(weightMax: weightMax, entriesExpected: entriesExpected, seed: seed))
        (elapsed, lag) = CacheTime.stopwatch(clock)
        var count = 1
        while count < Self.shardsMax, count * Self.entriesPerShard < entriesExpected { count *= 2 }
        shards = (0..<count).map { _ in Shard() }
        borrowedShards = shards.map(Unmanaged.passUnretained)
    }

    /// What it has done, and what is in it.
    ///
    /// Cost: one short lock for each part of the keys.
    public var metrics: CacheMetrics { directory.withLock { snapshot(of: $0) } }

    func snapshot(of directory: Directory) -> CacheMetrics {
        var metrics = directory.metrics
        for shard in shards {
            shard.state.withLock { state in
                metrics.hits += state.hits
                metrics.hitAge += .nanoseconds(state.hitAgeNanoseconds)
            }
        }
        if let sharing {
            metrics.sharedHits = sharing.hits.load(ordering: .relaxed)
            metrics.sharedRefusals = sharing.refusals.load(ordering: .relaxed)
            metrics.sharedFailures = sharing.failures.load(ordering: .relaxed)
        }
        metrics.entries = directory.policy.count
        metrics.weight = directory.policy.weight
        return metrics
    }

    /// What is kept for a key, without a load; counts as a hit if there is something, and not at all if not.
    @inlinable
    public func lookup(_ key: Key) -> CacheLookup<Value> {
        let now = now
        guard now < servedUntil.load(ordering: .acquiring) else { return .miss }
        return read(key, now: now).lookup
    }

    /// Whether what is kept is served; false while a feed that the cache is attached to cannot read its log.
    public var isServing: Bool { now < servedUntil.load(ordering: .acquiring) }

    /// Removes entries that are too old, which otherwise stay until they are asked for or evicted.
    ///
    /// Cost: a look at each entry.
    public func removeExpired() {
        let now = now
        directory.withLock { directory in
            for shard in shards {
                shard.state.withLock { state in
                    for (key, entry) in state.entries where entry.expiresAt <= now {
                        state.entries[key] = nil
                        directory.remove(entry.slot)
                        directory.metrics.expirations += 1
                    }
                }
            }
        }
    }

    /// The way to the second tier, if there is one.
    var sharing: CacheSharing<Key, Value>? { tier.withLock { $0 } }

    /// Puts a second tier behind the cache.
    func share(through sharing: CacheSharing<Key, Value>) {
        tier.withLock { tier in
            precondition(tier == nil, "a cache is attached with one second tier")
            tier = sharing
        }
    }

    /// Nanoseconds since the cache was made, or a little more.
    @inlinable var now: Int64 { elapsed() }

    /// Nanoseconds since the cache was made, or a little less: what begins now began then or later.
    var mark: Int64 { elapsed() - lag }

    /// The part that a key belongs to.
    func shard(of key: Key) -> Shard { shards[shardIndex(of: key)] }

    /// Which part that is.
    @inlinable
    func shardIndex(of key: Key) -> Int {
        // One hash more than the table's own: cheaper than one lock for all.
        shards.count == 1 ? 0 : key.hashValue & (shards.count - 1)
    }
}
