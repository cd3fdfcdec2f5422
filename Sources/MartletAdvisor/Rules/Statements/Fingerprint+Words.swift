import MartletCore

extension Fingerprint {
    /// The fingerprint of a statement, from its words with the literals left out.
    init(statement: String) {
        // FNV-1a, 64 bits: http://www.isthe.com/chongo/tech/comp/fnv/
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for word in SQLWord.words(of: statement) {
            let isValue = word.kind == .literal || word.kind == .placeholder
            for byte in (isValue ? "?" : word.text).utf8 + [0] { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        }
        self.init(bits: hash)
    }
}
