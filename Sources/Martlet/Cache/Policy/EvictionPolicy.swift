import MartletCore

/// Decides which entry has to go when there is no room for all.
///
/// W-TinyLFU with a window that adapts: miniature caches try four windows on a sample of the keys, and the real one
/// takes the window that has had most hits of late. Trying all at once tells a better window from better luck, which
/// a hill climber cannot: it compares one window now with another before, on other requests. So traffic that returns
/// to what is new (an application's own rows) is served as by LRU, and loops, scans and skewed look-ups as by LFU.
///
/// A pure value over slots, small integers: no clock, no keys, no values. O(1) for each request. Memory: about 100
/// bytes for each entry, and at most 150 kB for the miniatures.
package struct EvictionPolicy {
    /// Windows that are tried, as shares of the capacity.
    ///
    /// The first is where every cache starts: it survives loops.
    package static let windowShares = [0.01, 0.2, 0.6, 1.0]
    /// Entries of one miniature, roughly; with 256 the choice is noisier on skewed traffic, more give nothing.
    static let trialEntries = 512
    /// What the past counts for when a trial's round is over.
    private static let fading = 0.7
    /// A window is changed only for this many more hits per request, so that noise does not move entries about.
    private static let marginRatio = 0.01

    private var entries: SegmentedEntries
    private var trials: [MiniatureCache] = []
    private var sampleMask: UInt64 = 0
    private var roundRequests = 0
    private var fadedRequests = 0.0
    private var chosen = 0
    private let seed: UInt64

    /// No entries.
    ///
    /// - Parameters:
    ///   - weightMax: the most that all entries may weigh: their number if each weighs 1, or bytes.
    ///   - entriesExpected: how many there may be; a first guess where entries weigh more than 1.
    ///   - seed: for the few choices that are random.
    package init(weightMax: Int, entriesExpected: Int, seed: UInt64) {
        precondition(weightMax > 0 && entriesExpected > 0, "a cache has room for something")
        self.seed = seed
        entries = SegmentedEntries(
            weightMax: weightMax,
            windowShare: Self.windowShares[0],
            entriesExpected: entriesExpected,
            seed: seed
        )
        while entriesExpected / Int(sampleMask + 1) > Self.trialEntries * 3 / 2 { sampleMask = sampleMask * 2 + 1 }
        startTrials()
    }

    /// Weight of all entries.
    package var weight: Int { entries.weight }
    /// The number of entries.
    package var count: Int { entries.count }
    /// The window that is used now, as a share of the capacity.
    package var windowShare: Double { Self.windowShares[chosen] }

    /// Notes that an entry was used.
    ///
    /// A slot that has been freed meanwhile is passed over.
    package mutating func recordHit(_ slot: Int) {
        guard entries.recordHit(slot) else { return }
        observe(entries.hash(of: slot), weight: entries.weight(of: slot))
    }

    /// Adds an entry and returns its slot; slots that have to go for it are appended to `evicted`.
    ///
    /// The new slot is among them if the entry weighs more than there is room for, or others deserve to stay.
    package mutating func insert(hash: UInt64, weight: Int, evicted: inout [Int]) -> Int {
        observe(hash, weight: weight)
        return entries.insert(hash: hash, weight: weight, evicted: &evicted)
    }

    /// Takes an entry out.
    package mutating func remove(_ slot: Int) {
        entries.remove(slot)
    }

    private mutating func startTrials() {
        let divisor = Int(sampleMask + 1)
        trials = Self.windowShares.map { share in
            MiniatureCache(
                windowShare: share,
                weightMax: max(1, entries.weightMax / divisor),
                entriesExpected: Self.trialEntries,
                seed: seed
            )
        }
        (roundRequests, fadedRequests) = (0, 0)
    }

    private mutating func observe(_ hash: UInt64, weight: Int) {
        // Other bits than those that place a key in the sketch.
        guard (hash >> 40) & sampleMask == 0 else { return }
        for index in trials.indices { trials[index].request(hash, weight: weight) }
        roundRequests += 1
        guard roundRequests >= max(trials[0].count, 8) else { return }
        fadedRequests += Double(roundRequests)
        roundRequests = 0
        choose()
        fadedRequests *= Self.fading
        for index in trials.indices { trials[index].fade(Self.fading) }
        if trials[0].count > Self.trialEntries * 2 {
            // More entries than were expected: half as many keys are enough to try on.
            sampleMask = sampleMask * 2 + 1
            startTrials()
        }
    }

    private mutating func choose() {
        var best = chosen
        for index in trials.indices where trials[index].score > trials[best].score { best = index }
        guard trials[best].score > trials[chosen].score + Self.marginRatio * fadedRequests else { return }
        chosen = best
        entries.setWindow(share: windowShare)
    }
}
