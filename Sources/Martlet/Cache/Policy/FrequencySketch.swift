/// Estimates how often each key was seen of late, in four bits for each of four rows.
///
/// A count-min sketch with conservative increments: only the smallest of a key's four counters grow, so that keys that
/// share some counters with a frequent one are not taken for frequent. All counters are halved after `sampleMax`
/// increments, which is how the past is forgotten. See Einziger, Friedman, Manes: TinyLFU (2017),
/// https://dl.acm.org/doi/10.1145/3149371.
///
/// Memory: 32 to 64 bytes for each entry of the capacity. Four words are looked at for each operation.
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

    /// Sixteen counters of four bits in each word; row r of a key is one of counters 4r to 4r + 3 of one word.
    private var words: [UInt64]
    private var increments = 0
    private var sampleMax: Int
    /// Entries that there is room for.
    private(set) var entries: Int

    /// A sketch for that many entries.
    init(entries: Int) {
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
        var least = UInt64(Self.countMax)
        for row in 0..<4 {
            let place = place(hash, row: row)
            least = min(least, (words[place.word] >> place.shift) & 15)
        }
        return Int(least)
    }

    /// Counts the key once more.
    mutating func increment(_ hash: UInt64) {
        let least = UInt64(frequency(hash))
        guard least < UInt64(Self.countMax) else { return }
        for row in 0..<4 {
            let place = place(hash, row: row)
            if (words[place.word] >> place.shift) & 15 == least { words[place.word] += 1 << place.shift }
        }
        increments += 1
        if increments >= sampleMax { halve() }
    }

    private mutating func halve() {
        for index in words.indices { words[index] = (words[index] >> 1) & 0x7777_7777_7777_7777 }
        increments /= 2
    }

    @inline(__always)
    private func place(_ hash: UInt64, row: Int) -> (word: Int, shift: UInt64) {
        // The rows of a key differ by multiples of an odd number: one more multiplication instead of four hashes.
        let mixed = (hash &+ UInt64(truncatingIfNeeded: row) &* 0x9E37_79B9_7F4A_7C15) &* 0xFF51_AFD7_ED55_8CCD
        let word = Int(truncatingIfNeeded: (mixed >> 20) & UInt64(words.count - 1))
        let counter = UInt64(truncatingIfNeeded: row) * 4 + (mixed >> 62)
        return (word, counter * 4)
    }
}
