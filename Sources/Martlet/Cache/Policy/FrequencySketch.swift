/// Estimates how often each key was seen of late, in four bits for each of four rows.
///
/// A count-min sketch with conservative increments: only the smallest of a key's four counters grow, so that keys that
/// share some counters with a frequent one are not taken for frequent. All counters are halved after `sampleMax`
/// increments, which is how the past is forgotten. See Einziger, Friedman, Manes: TinyLFU (2017),
/// https://dl.acm.org/doi/10.1145/3149371.
///
/// Memory: 32 to 64 bytes for each entry of the capacity. One block of 64 bytes is looked at for each operation.
struct FrequencySketch {
    /// The largest number a counter holds.
    static let countMax = 15
    /// Increments between two halvings, for each entry of the capacity.
    ///
    /// Ten is what TinyLFU was published with, and what Caffeine uses.
    private static let samplePerEntry = 10

    /// Words for each entry of the capacity: with fewer, keys seen once hide who is frequent (measured: 1 point of hit
    /// ratio between one and four, nothing more at eight).
    private static let wordsPerEntry = 4

    /// A key's counters stand in one block, so in one or two cache lines.
    fileprivate static let wordsPerBlock = 8

    /// Sixteen counters of four bits in each word.
    private var words: [UInt64]
    private var increments = 0
    private var sampleMax: Int
    /// Entries that there is room for.
    private(set) var entries: Int

    /// Entries that there is room for at first, in 32 MB.
    ///
    /// Where there are more the sketch grows, and the cache was filled with them before.
    private static let entriesAtFirstMax = 1 << 20

    /// A sketch for that many entries.
    init(entries: Int) {
        let entries = min(entries, Self.entriesAtFirstMax)
        let count = Self.wordCount(for: entries)
        words = [UInt64](repeating: 0, count: count)
        sampleMax = Self.samplePerEntry * max(entries, 16)
        self.entries = entries
    }

    private static func wordCount(for entries: Int) -> Int {
        var count = 64
        while count < entries * wordsPerEntry { count *= 2 }
        return count
    }

    /// Makes room for more entries; what was counted is kept.
    mutating func grow(entries: Int) {
        sampleMax = max(sampleMax, Self.samplePerEntry * entries)
        self.entries = max(entries, self.entries)
        // A key's word is its hash modulo the count: in twice the room it finds what it had, at either place.
        while words.count < Self.wordCount(for: entries) { words += words }
    }

    /// Times the key was seen, at least.
    func frequency(_ hash: UInt64) -> Int {
        let places = Places(hash, blockMask: blockMask)
        var least = UInt64(Self.countMax)
        for row in 0..<4 { least = min(least, (words[places.word(row)] >> places.shift(row)) & 15) }
        return Int(least)
    }

    /// Counts the key once more.
    mutating func increment(_ hash: UInt64) {
        let places = Places(hash, blockMask: blockMask)
        var least = UInt64(Self.countMax)
        for row in 0..<4 { least = min(least, (words[places.word(row)] >> places.shift(row)) & 15) }
        guard least < UInt64(Self.countMax) else { return }
        for row in 0..<4 where (words[places.word(row)] >> places.shift(row)) & 15 == least {
            words[places.word(row)] += 1 << places.shift(row)
        }
        increments += 1
        if increments >= sampleMax { halve() }
    }

    private var blockMask: UInt64 { UInt64(words.count / Self.wordsPerBlock - 1) }

    private mutating func halve() {
        for index in words.indices { words[index] = (words[index] >> 1) & 0x7777_7777_7777_7777 }
        increments /= 2
    }
}

/// Where the four counters of a key stand: row r in words 2r and 2r + 1 of one block.
private struct Places {
    private let first: Int
    private let bits: UInt64

    @inline(__always)
    init(_ hash: UInt64, blockMask: UInt64) {
        // Keys may be small integers: the finaliser of MurmurHash3 spreads them over all bits.
        var mixed = hash
        mixed = (mixed ^ (mixed >> 33)) &* 0xFF51_AFD7_ED55_8CCD
        mixed = (mixed ^ (mixed >> 33)) &* 0xC4CE_B9FE_1A85_EC53
        mixed ^= mixed >> 33
        bits = mixed
        first = Int(truncatingIfNeeded: (mixed >> 24) & blockMask) * FrequencySketch.wordsPerBlock
    }

    @inline(__always)
    func word(_ row: Int) -> Int {
        first + row * 2 + Int(truncatingIfNeeded: (bits >> UInt64(row * 5)) & 1)
    }

    @inline(__always)
    func shift(_ row: Int) -> UInt64 {
        ((bits >> UInt64(row * 5 + 1)) & 15) * 4
    }
}
