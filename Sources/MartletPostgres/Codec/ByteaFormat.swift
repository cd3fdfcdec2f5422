/// The text formats of `bytea`: `\x0aff`, and with `bytea_output` escape `\012\\abc`.
///
/// Source: byteaout and byteain, PostgreSQL 15, src/backend/utils/adt/varlena.c.
enum ByteaFormat {
    private static let digits = Array("0123456789abcdef".utf8)

    /// Appends the hexadecimal format.
    static func append(_ content: [UInt8], to bytes: inout [UInt8]) {
        bytes.reserveCapacity(bytes.count + 2 + 2 * content.count)
        bytes.append(contentsOf: #"\x"#.utf8)
        for byte in content {
            bytes.append(digits[Int(byte >> 4)])
            bytes.append(digits[Int(byte & 15)])
        }
    }

    /// Reads either format; nil for what is neither.
    static func parse(_ text: String) -> [UInt8]? {
        var rest = Array(text.utf8)[...]
        // A backslash that is data is doubled, so `\x` at the start is never the escape format.
        guard rest.starts(with: #"\x"#.utf8) else { return unescaped(rest) }
        rest = rest.dropFirst(2)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(rest.count / 2)
        while let high = rest.popFirst() {
            guard let low = rest.popFirst(), let first = number(high), let second = number(low) else { return nil }
            bytes.append(first << 4 | second)
        }
        return bytes
    }

    private static func unescaped(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        var rest = text
        var bytes: [UInt8] = []
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\") else {
                bytes.append(byte)
                continue
            }
            if rest.first == byte {
                rest.removeFirst()
                bytes.append(byte)
                continue
            }
            let octal = rest.prefix(3)
            guard octal.count == 3, octal.allSatisfy({ (48...55).contains($0) }) else { return nil }
            bytes.append(octal.reduce(0) { $0 << 3 | ($1 - 48) })
            rest = rest.dropFirst(3)
        }
        return bytes
    }

    private static func number(_ digit: UInt8) -> UInt8? {
        switch digit {
        case 48...57: digit - 48
        case 97...102: digit - 87
        default: nil
        }
    }
}
