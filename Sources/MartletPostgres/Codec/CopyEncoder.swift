internal import MartletCore

/// Rows in the text format of COPY.
///
/// Format: PostgreSQL 15, COPY, "Text Format".
struct CopyEncoder {
    private(set) var bytes: [UInt8] = []
    /// One value before it is escaped.
    private var content: [UInt8] = []

    mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
    }

    mutating func append(_ row: [Value]) {
        for (position, value) in row.enumerated() {
            if position > 0 { bytes.append(UInt8(ascii: "\t")) }
            if value.isNull {
                bytes.append(contentsOf: "\\N".utf8)
            } else {
                content.removeAll(keepingCapacity: true)
                TextFormat.append(value, to: &content)
                appendEscaped()
            }
        }
        bytes.append(UInt8(ascii: "\n"))
    }

    private mutating func appendEscaped() {
        for byte in content {
            switch byte {
            case UInt8(ascii: "\\"): bytes.append(contentsOf: "\\\\".utf8)
            case UInt8(ascii: "\n"): bytes.append(contentsOf: "\\n".utf8)
            case UInt8(ascii: "\r"): bytes.append(contentsOf: "\\r".utf8)
            case UInt8(ascii: "\t"): bytes.append(contentsOf: "\\t".utf8)
            default: bytes.append(byte)
            }
        }
    }
}
