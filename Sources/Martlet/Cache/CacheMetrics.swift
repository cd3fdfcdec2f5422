/// What a cache has done since it was made.
public struct CacheMetrics: Sendable, Hashable {
    /// Requests answered from what was kept, known absences and errors included.
    public internal(set) var hits = 0
    /// Requests that had to wait for a load.
    public internal(set) var misses = 0
    /// Requests that went past the cache because invalidations of other processes could not be read.
    public internal(set) var bypasses = 0
    /// Loads that were started, those ahead and past the cache included.
    public internal(set) var loads = 0
    /// Loads that the second tier answered.
    public internal(set) var sharedHits = 0
    /// Times that what the second tier had was out of date, or not understood.
    public internal(set) var sharedRefusals = 0
    /// Loads for which the second tier did not answer in time.
    public internal(set) var sharedFailures = 0
    /// Loads that failed.
    public internal(set) var loadFailures = 0
    /// Loads whose result was not kept, because it had been invalidated before it came.
    public internal(set) var loadsFenced = 0
    /// Time spent in loads that ended.
    public internal(set) var loadTime = Duration.zero
    /// Loads ahead of an expiry.
    public internal(set) var refreshes = 0
    /// Entries that went for want of room.
    public internal(set) var evictions = 0
    /// Entries found too old.
    public internal(set) var expirations = 0
    /// Entries removed because what they were made of changed.
    public internal(set) var invalidations = 0
    /// Times that all was thrown away.
    public internal(set) var flushes = 0
    /// Entries there are.
    public internal(set) var entries = 0
    /// What they weigh: their number, or bytes with what the cache itself needs.
    public internal(set) var weight = 0
    /// Age of the answers from what was kept, in all.
    public internal(set) var hitAge = Duration.zero

    /// Share of requests answered from what was kept: 0...1; 0 before the first.
    public var hitRatio: Double {
        let requests = hits + misses + bypasses
        return requests == 0 ? 0 : Double(hits) / Double(requests)
    }

    /// How old an answer from what was kept is, on average.
    public var hitAgeMean: Duration { hits == 0 ? .zero : hitAge / hits }
}
