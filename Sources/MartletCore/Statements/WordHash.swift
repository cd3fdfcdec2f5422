/// Multiplies to 128 bits and folds the halves, as wyhash does: one multiplication mixes all bits of both.
@inline(__always)
func mixed(_ left: UInt64, _ right: UInt64) -> UInt64 {
    let product = (left ^ 0x9E37_79B9_7F4A_7C15).multipliedFullWidth(by: right ^ 0xD6E8_FEB8_6659_FD93)
    return product.high ^ product.low
}

/// The hash of a word, taken byte by byte, eight of them to a multiplication.
struct WordHash {
    private var state: UInt64
    private var chunk: UInt64 = 0
    private var count: UInt64 = 0

    /// Names that can only be written in quotes are kept apart from words by their seed.
    @inline(__always)
    init(quoted: Bool = false) {
        state = quoted ? 0xA076_1D64_78BD_642F : 0xE703_7ED1_A0B4_28DB
    }

    @inline(__always)
    mutating func add(_ byte: UInt8) {
        chunk = chunk << 8 | UInt64(byte)
        count &+= 1
        if count & 7 == 0 {
            state = mixed(state, chunk)
            chunk = 0
        }
    }

    @inline(__always)
    var value: UInt64 {
        mixed(state ^ count, chunk)
    }
}
