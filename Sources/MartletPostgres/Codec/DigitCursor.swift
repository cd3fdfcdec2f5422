/// Reads numbers and signs from the front of a text.
struct DigitCursor {
    /// As many digits as surely fit an Int; nothing that is read here has more.
    private static let digitsMax = 18

    private var rest: ArraySlice<UInt8>

    init(_ text: String) {
        rest = Array(text.utf8)[...]
    }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func take(_ sign: Unicode.Scalar) -> Bool {
        guard let first = rest.first, UInt32(first) == sign.value else { return false }
        rest.removeFirst()
        return true
    }

    mutating func number() -> Int? {
        let digits = rest.prefix { (48...57).contains($0) }
        guard !digits.isEmpty, digits.count <= Self.digitsMax else { return nil }
        rest = rest.dropFirst(digits.count)
        return digits.reduce(0) { $0 * 10 + Int($1 - 48) }
    }

    /// Digits after a decimal point, as millionths; those beyond the sixth are cut.
    mutating func microseconds() -> Int64 {
        let digits = rest.prefix { (48...57).contains($0) }
        rest = rest.dropFirst(digits.count)
        let six = digits.prefix(6).reduce(Int64(0)) { $0 * 10 + Int64($1 - 48) }
        return (digits.count..<max(6, digits.count)).reduce(six) { sum, _ in sum * 10 }
    }

    mutating func dropSuffix(_ suffix: String) -> Bool {
        guard rest.suffix(suffix.utf8.count).elementsEqual(suffix.utf8) else { return false }
        rest = rest.dropLast(suffix.utf8.count)
        return true
    }
}
