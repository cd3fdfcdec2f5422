internal import Foundation
internal import MartletCore

/// PostgreSQL's text format, with `DateStyle` ISO: what values look like in it, and how they are read from it.
enum TextFormat {
    /// A value as the server parses it, whatever type the placeholder has.
    static func text(of value: Value) -> String {
        switch value {
        case .null: "NULL"
        case .bool(let bool): bool ? "t" : "f"
        case .integer(let integer): String(integer)
        case .double(let double): notation(of: double)
        case .decimal(let decimal): decimal.description
        case .text(let text), .json(let text): text
        case .bytes(let bytes): "\\x" + bytes.map { hexadecimal[Int($0)] }.joined()
        case .date(let date): date.description
        case .timestamp(let timestamp):
            timestamp == .distantFuture || timestamp == .distantPast
                ? timestamp.description : timestamp.description + "+00"
        case .uuid(let uuid): uuid.uuidString.lowercased()
        case .array(let elements): ArrayFormat.literal(elements)
        }
    }

    /// Reads a cell of a type.
    static func value(_ type: TypeID, _ text: String) -> Value {
        if let element = type.element {
            return ArrayFormat.parse(text) { value(element, $0) }
        }
        switch CellCodec(type) {
        case .bool: return .bool(text == "t")
        case .int2, .int4, .int8, .oid: return Int64(text).map { .integer($0) } ?? .null
        case .float4, .float8: return Double(text.lowercased()).map { .double($0) } ?? .null
        case .numeric: return .decimal(DecimalNumber(trusted: text))
        case .bytea: return bytes(text)
        case .date: return CalendarDate(text).map { .date($0) } ?? .text(text)
        case .timestamp: return timestamp(text)
        case .uuid: return UUID(uuidString: text).map { .uuid($0) } ?? .text(text)
        case .json, .jsonb: return .json(text)
        default: return .text(text)
        }
    }

    private static let hexadecimal = (0..<256)
        .map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }

    private static func notation(of double: Double) -> String {
        if double.isNaN { return "NaN" }
        if double.isInfinite { return double < 0 ? "-Infinity" : "Infinity" }
        return String(double)
    }

    private static func timestamp(_ text: String) -> Value {
        switch text {
        case "infinity": .timestamp(.distantFuture)
        case "-infinity": .timestamp(.distantPast)
        default: Timestamp(text).map { .timestamp($0) } ?? .text(text)
        }
    }

    private static func bytes(_ text: String) -> Value {
        var bytes: [UInt8] = []
        var high: UInt8?
        for character in text.utf8.dropFirst(2) {
            guard let digit = UInt8(String(UnicodeScalar(character)), radix: 16) else { return .null }
            if let first = high {
                bytes.append(first << 4 | digit)
                high = nil
            } else {
                high = digit
            }
        }
        return .bytes(bytes)
    }
}
