internal import Foundation
internal import MartletCore

/// PostgreSQL's text format, with `DateStyle` ISO: what values look like in it, and how they are read from it.
enum TextFormat {
    /// Appends a value as the server parses it, whatever type the placeholder has.
    static func append(_ value: Value, to bytes: inout [UInt8]) {
        switch value {
        case .null: bytes.append(contentsOf: "NULL".utf8)
        case .bool(let bool): bytes.append(UInt8(ascii: bool ? "t" : "f"))
        case .integer(let integer): bytes.append(contentsOf: String(integer).utf8)
        case .double(let double): bytes.append(contentsOf: notation(of: double).utf8)
        case .decimal(let decimal): bytes.append(contentsOf: decimal.description.utf8)
        case .text(let text), .json(let text): bytes.append(contentsOf: text.utf8)
        case .bytes(let content): ByteaFormat.append(content, to: &bytes)
        case .date(let date): DateTimeFormat.append(date, to: &bytes)
        case .timestamp(let timestamp): DateTimeFormat.append(timestamp, to: &bytes)
        case .uuid(let uuid): bytes.append(contentsOf: uuid.uuidString.lowercased().utf8)
        case .array(let elements): ArrayFormat.append(elements, to: &bytes)
        }
    }

    /// A value as the server parses it.
    static func text(of value: Value) -> String {
        var bytes: [UInt8] = []
        append(value, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Reads a cell of a type.
    static func value(_ type: TypeID, _ text: String) -> Value {
        if let element = type.element {
            return ArrayFormat.parse(text) { value(element, $0) }
        }
        switch CellCodec(type) {
        case .bool: return .bool(text == "t")
        case .int2, .int4, .int8, .oid: return Int64(text).map { .integer($0) } ?? .null
        // As in binary: the nearest number of 32 bits, then widened.
        case .float4: return Float(text.lowercased()).map { .double(Double($0)) } ?? .null
        case .float8: return Double(text.lowercased()).map { .double($0) } ?? .null
        case .numeric: return .decimal(DecimalNumber(trusted: text))
        case .bytea: return ByteaFormat.parse(text).map { .bytes($0) } ?? .null
        case .date: return DateTimeFormat.date(text)
        case .timestamp: return DateTimeFormat.timestamp(text, offset: "")
        case .timestamptz: return DateTimeFormat.timestamp(text, offset: DateTimeFormat.utc)
        case .uuid: return UUID(uuidString: text).map { .uuid($0) } ?? .text(text)
        case .json, .jsonb: return .json(text)
        default: return .text(text)
        }
    }

    private static func notation(of double: Double) -> String {
        if double.isNaN { return "NaN" }
        if double.isInfinite { return double < 0 ? "-Infinity" : "Infinity" }
        return String(double)
    }
}
