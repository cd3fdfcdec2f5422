import MartletCore

/// 128 bits that tell whether a text is the one that was recorded.
///
/// FNV-1a (http://www.isthe.com/chongo/tech/comp/fnv/): it finds accidents, it does not withstand an attacker, who
/// could write to the journal anyway.
struct MigrationChecksum: Hashable, CustomStringConvertible {
    private var bits: UInt128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d
    private static let prime: UInt128 = 0x0000_0000_0100_0000_0000_0000_0000_013b

    init(of lines: [String]) {
        for line in lines { mix(line) }
    }

    init(of plan: MigrationPlan) {
        for (part, steps) in [("up", plan.up), ("down", plan.down)] {
            mix(part)
            for step in steps {
                mix(step.isTransactional ? "transactional" : "alone")
                mix(step.sql)
            }
        }
        mix("verify")
        for query in plan.verify { mix(query) }
    }

    /// Thirty-two hexadecimal digits.
    var description: String {
        let digits = String(bits, radix: 16)
        return String(repeating: "0", count: 32 - digits.count) + digits
    }

    /// The length goes first, so that no two lists of texts run together to the same bytes.
    private mutating func mix(_ text: String) {
        for byte in "\(text.utf8.count):\(text)".utf8 {
            bits = (bits ^ UInt128(byte)) &* Self.prime
        }
    }
}
