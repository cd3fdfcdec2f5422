/// 64 bits that are equal for statements that differ only in literals, list lengths, white space, comments and the
/// letter case of keywords.
public struct Fingerprint: Sendable, Hashable, CustomStringConvertible {
    /// The bits.
    public let bits: UInt64

    /// Takes the bits.
    public init(bits: UInt64) {
        self.bits = bits
    }

    /// Sixteen hexadecimal digits.
    public var description: String {
        let digits = String(bits, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
