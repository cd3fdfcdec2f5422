import Foundation
import MartletCore

/// Writes values so that they come back exactly as they were.
struct CursorWriter {
    private(set) var bytes: [UInt8] = []

    mutating func append(_ byte: UInt8) {
        bytes.append(byte)
    }

    mutating func append(raw content: [UInt8]) {
        bytes += content
    }

    /// Seven bits in each byte, the lowest first.
    mutating func append(count: Int) {
        var rest = UInt64(count)
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    mutating func append(prefixed content: some Collection<UInt8>) {
        append(count: content.count)
        bytes += content
    }

    mutating func append(_ value: Value) {
        append(CursorValueKind(of: value).rawValue)
        switch value {
        case .null: break
        case .bool(let bool): append(UInt8(bool ? 1 : 0))
        case .integer(let integer): append(bits: UInt64(bitPattern: integer))
        case .double(let double): append(bits: double.bitPattern)
        case .decimal(let decimal): append(prefixed: decimal.description.utf8)
        case .text(let text), .json(let text): append(prefixed: text.utf8)
        case .bytes(let content): append(prefixed: content)
        case .date(let date): append(bits: UInt64(bitPattern: Int64(date.daysSince1970)))
        case .timestamp(let timestamp): append(bits: UInt64(bitPattern: timestamp.microsecondsSince1970))
        case .uuid(let uuid): bytes += withUnsafeBytes(of: uuid.uuid, Array.init)
        case .array(let elements):
            append(count: elements.count)
            for element in elements { append(element) }
        }
    }

    private mutating func append(bits: UInt64) {
        for shift in stride(from: 56, through: 0, by: -8) { bytes.append(UInt8(truncatingIfNeeded: bits >> shift)) }
    }
}
