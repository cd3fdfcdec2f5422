import MartletCore

/// Entries in three lists: a window for what is new, and behind it, for what is frequent, probation and protection.
///
/// This is W-TinyLFU with a window of a given size. What leaves the window must have been seen more often than what it
/// would push out of the main part. With a window of the whole capacity it is plain LRU, with a small one it is nearly
/// LFU. Every operation costs O(1); entries are slots, small integers that are used again.
struct SegmentedEntries {
    private enum Segment: UInt8 {
        /// Free slots go to `window` when they are taken.
        case free
        /// Goes to `probation` when the window is full.
        case window
        /// Goes to `protected` when it is hit, or is free when it is evicted.
        case probation
        /// Goes to `probation` when the protected part is full.
        case protected
    }

    /// Share of the main part that is protected; four fifths, as in segmented LRU and Caffeine.
    private static let protectedShare = 0.8
    /// Candidates that one insertion takes from a window which has become smaller: a bound for the cost of shrinking.
    private static let candidatesMax = 8
    /// How much oftener than its victim a candidate must have been seen.
    ///
    /// In a loop the next key has always been seen once more than those that are still to come: with a lead of one each
    /// would push out another just before it is needed. Measured: up to ten points on loops, half a point elsewhere.
    private static let frequencyLead = 2
    /// How often a candidate that loses must have been seen to win now and then.
    ///
    /// So nobody can pin a victim by repeating keys whose counters collide with it. Six and one in 128 are Caffeine's
    /// numbers.
    private static let luckyFrequencyMin = 6

    /// The most that all entries may weigh.
    let weightMax: Int
    /// The number of entries.
    private(set) var count = 0
    /// The most that the window may weigh.
    private(set) var windowMax = 1
    private var protectedMax = 0
    private var links = SlotLinks()
    private var window = SlotList()
    private var probation = SlotList()
    private var protected = SlotList()
    private var segments: [Segment] = []
    private var hashes: [UInt64] = []
    private var weights: [Int] = []
    private var freeSlots: [Int32] = []
    private var sketch: FrequencySketch
    private var random: SplitMix64

    /// No entries; `entriesExpected` only sizes the sketch, which grows when there are more.
    init(weightMax: Int, windowShare: Double, entriesExpected: Int, seed: UInt64) {
        self.weightMax = weightMax
        sketch = FrequencySketch(entries: entriesExpected)
        random = SplitMix64(seed: seed)
        setWindow(share: windowShare)
    }

    /// Weight of all entries.
    var weight: Int { window.weight + probation.weight + protected.weight }

    /// Sets the window to a share of the capacity; entries move as others come.
    mutating func setWindow(share: Double) {
        // A large number may be rounded up to one more than it is.
        windowMax = share < 1 ? min(max(1, Int(Double(weightMax) * share)), weightMax) : weightMax
        protectedMax = Int(Double(weightMax - windowMax) * Self.protectedShare)
    }

    /// The weight an entry was added with.
    func weight(of slot: Int) -> Int {
        weights[slot]
    }

    /// The hash an entry was added with.
    func hash(of slot: Int) -> UInt64 {
        hashes[slot]
    }

    /// Notes that an entry was used; false if there is none in that slot.
    @discardableResult
    mutating func recordHit(_ slot: Int) -> Bool {
        guard slot < segments.count, segments[slot] != .free else { return false }
        sketch.increment(hashes[slot])
        switch segments[slot] {
        case .free: break
        case .window: move(Int32(slot), to: .window)
        case .probation, .protected:
            move(Int32(slot), to: .protected)
            while protected.weight > protectedMax, protected.last >= 0 { move(protected.last, to: .probation) }
        }
        return true
    }

    /// Adds an entry; what has to go for it is appended to `evicted`, the entry itself perhaps.
    mutating func insert(hash: UInt64, weight: Int, evicted: inout [Int]) -> Int {
        sketch.increment(hash)
        let slot = takeSlot()
        hashes[Int(slot)] = hash
        weights[Int(slot)] = weight
        add(slot, to: .window)
        count += 1
        // For a moment there is one entry more than there may be.
        if count > sketch.entries + 1 { sketch.grow(entries: count * 2) }
        shrink(evicted: &evicted)
        return Int(slot)
    }

    /// Takes an entry out.
    mutating func remove(_ slot: Int) {
        guard segments[slot] != .free else { return }
        take(Int32(slot))
        segments[slot] = .free
        freeSlots.append(Int32(slot))
        count -= 1
    }

    private mutating func shrink(evicted: inout [Int]) {
        var candidates = 0
        while window.weight > windowMax, candidates < Self.candidatesMax, window.last >= 0 {
            move(window.last, to: .probation)
            candidates += 1
        }
        while weight > weightMax {
            let victim = probation.last >= 0 ? probation.last : protected.last >= 0 ? protected.last : window.last
            let candidate = candidates > 0 ? probation.first : victim
            candidates -= 1
            let loser = candidate == victim || admits(candidate, over: victim) ? victim : candidate
            remove(Int(loser))
            evicted.append(Int(loser))
        }
    }

    private mutating func admits(_ candidate: Int32, over victim: Int32) -> Bool {
        let candidateFrequency = sketch.frequency(hashes[Int(candidate)])
        if candidateFrequency >= sketch.frequency(hashes[Int(victim)]) + Self.frequencyLead { return true }
        return candidateFrequency >= Self.luckyFrequencyMin && random.next() % 128 == 0
    }

    private mutating func takeSlot() -> Int32 {
        if let slot = freeSlots.popLast() { return slot }
        links.append()
        segments.append(.free)
        hashes.append(0)
        weights.append(0)
        return Int32(segments.count - 1)
    }

    private mutating func move(_ slot: Int32, to segment: Segment) {
        take(slot)
        add(slot, to: segment)
    }

    private mutating func add(_ slot: Int32, to segment: Segment) {
        let weight = weights[Int(slot)]
        segments[Int(slot)] = segment
        switch segment {
        case .free: break
        case .window: links.pushFirst(slot, weight: weight, to: &window)
        case .probation: links.pushFirst(slot, weight: weight, to: &probation)
        case .protected: links.pushFirst(slot, weight: weight, to: &protected)
        }
    }

    private mutating func take(_ slot: Int32) {
        let weight = weights[Int(slot)]
        switch segments[Int(slot)] {
        case .free: break
        case .window: links.remove(slot, weight: weight, from: &window)
        case .probation: links.remove(slot, weight: weight, from: &probation)
        case .protected: links.remove(slot, weight: weight, from: &protected)
        }
    }
}
