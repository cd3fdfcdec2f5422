/// What a cache with a given window would do, tried on a sample of the keys with the same share of the capacity.
///
/// It holds no values. See Waldspurger, Saemundson, Ahmad, Park: Cache Modeling and Optimization using Miniature
/// Simulations (USENIX ATC 2017), https://www.usenix.org/conference/atc17/technical-sessions/presentation/waldspurger.
struct MiniatureCache {
    /// Hits, of which older ones count less.
    private(set) var score = 0.0
    private var entries: SegmentedEntries
    private var slots: [UInt64: Int] = [:]
    private var evicted: [Int] = []

    /// An empty one that tries a window of this share of the capacity.
    init(windowShare: Double, weightMax: Int, entriesExpected: Int, seed: UInt64) {
        entries = SegmentedEntries(
            weightMax: weightMax,
            windowShare: windowShare,
            entriesExpected: entriesExpected,
            seed: seed
        )
    }

    /// The number of entries.
    var count: Int { entries.count }

    /// Sees one request of the sample.
    mutating func request(_ hash: UInt64, weight: Int) {
        if let slot = slots[hash] {
            score += 1
            entries.recordHit(slot)
            return
        }
        slots[hash] = entries.insert(hash: hash, weight: weight, evicted: &evicted)
        for slot in evicted { slots[entries.hash(of: slot)] = nil }
        evicted.removeAll(keepingCapacity: true)
    }

    /// Lets older hits count less than newer ones.
    mutating func fade(_ factor: Double) {
        score *= factor
    }
}
