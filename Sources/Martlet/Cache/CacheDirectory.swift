import MartletCore

/// All of a cache that is not needed to answer a hit: order of eviction, tags, loads on their way, fences, counts.
struct CacheDirectory<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    /// Invalidated tags that are remembered while loads are on their way.
    ///
    /// Beyond it, no load that is on its way is kept, which is always right and forgets all tags.
    private static var fencedTagsMax: Int { 1_024 }

    var policy: EvictionPolicy
    var random: SplitMix64
    var metrics = CacheMetrics()
    var alert = HitRatioAlert()
    var flights: [UInt64: CacheFlight<Key, Value>] = [:]
    /// The load of each key that newcomers may wait for.
    var joinable: [ExactKey<Key>: UInt64] = [:]
    var refreshes = 0
    /// Goes up with each invalidation.
    private(set) var sequence: UInt64 = 0
    private var lastID: UInt64 = 0
    /// Loads that began before this are not kept.
    private var floor: UInt64 = 0
    private var fencedTags: [CacheTag: UInt64] = [:]
    private var keys: [Key?] = []
    private var tags: [[CacheTag]] = []
    private var slotsByTag: [CacheTag: Set<Int32>] = [:]

    init(weightMax: Int, entriesExpected: Int, seed: UInt64) {
        random = SplitMix64(seed: seed)
        policy = EvictionPolicy(weightMax: weightMax, entriesExpected: entriesExpected, seed: random.next())
    }

    /// A number that no load or waiter has had.
    mutating func nextID() -> UInt64 {
        lastID += 1
        return lastID
    }

    // MARK: Entries

    /// Finds a slot for a key; the keys that had to go for it, itself perhaps, are returned with their slots.
    mutating func insert(_ key: Key, hash: UInt64, weight: Int, tags new: [CacheTag]) -> (slot: Int32, evicted: [Key]) {
        var evicted: [Int] = []
        let slot = policy.insert(hash: hash, weight: weight, evicted: &evicted)
        while keys.count <= slot {
            keys.append(nil)
            tags.append([])
        }
        keys[slot] = key
        tags[slot] = new
        for tag in new { slotsByTag[tag, default: []].insert(Int32(slot)) }
        metrics.evictions += evicted.count
        return (Int32(slot), evicted.compactMap { forget(Int32($0)) })
    }

    /// Frees the slot of an entry that goes.
    mutating func remove(_ slot: Int32) {
        policy.remove(Int(slot))
        _ = forget(slot)
    }

    private mutating func forget(_ slot: Int32) -> Key? {
        for tag in tags[Int(slot)] {
            slotsByTag[tag]?.remove(slot)
            if slotsByTag[tag]?.isEmpty == true { slotsByTag[tag] = nil }
        }
        tags[Int(slot)] = []
        defer { keys[Int(slot)] = nil }
        return keys[Int(slot)]
    }

    /// Keys of entries that have a tag.
    func keys(tagged tag: CacheTag) -> [Key] {
        slotsByTag[tag, default: []].compactMap { keys[Int($0)] }
    }

    /// Keys of all entries.
    var allKeys: [Key] { keys.compactMap(\.self) }

    // MARK: Fences

    /// Keeps the load of a key that is on its way from being stored, and newcomers from waiting for it.
    mutating func fence(_ key: Key) {
        sequence += 1
        // A load that was fenced by a tag is not joinable any more and is still on its way.
        for (id, flight) in flights where ExactKey(flight.key) == ExactKey(key) { flights[id]?.isFenced = true }
        joinable[ExactKey(key)] = nil
    }

    /// Keeps loads on their way that turn out to have the tag from being stored.
    mutating func fence(_ tag: CacheTag) {
        sequence += 1
        // Which tags a load has is known when it has ended: until then nobody more may wait for it.
        joinable.removeAll()
        // Without loads on their way there is nothing to keep off, now or later.
        guard !flights.isEmpty else { return fencedTags.removeAll() }
        fencedTags[tag] = sequence
        if fencedTags.count > Self.fencedTagsMax { fenceAll() }
    }

    /// Keeps all loads on their way from being stored.
    mutating func fenceAll() {
        sequence += 1
        floor = sequence
        joinable.removeAll()
        fencedTags.removeAll()
    }

    /// Whether what a load found is as new as all invalidations say it has to be.
    func isCurrent(_ flight: CacheFlight<Key, Value>, tags: [CacheTag]) -> Bool {
        !flight.isFenced && flight.sequence >= floor
            && tags.allSatisfy { fencedTags[$0, default: 0] <= flight.sequence }
    }

    /// Takes out a load that has ended or that nobody wants.
    mutating func end(_ id: UInt64) -> CacheFlight<Key, Value>? {
        guard let flight = flights.removeValue(forKey: id) else { return nil }
        let key = ExactKey(flight.key)
        if joinable[key] == id { joinable[key] = nil }
        if flight.isRefresh { refreshes -= 1 }
        return flight
    }
}
