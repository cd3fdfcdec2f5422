import Foundation
import MartletCore

/// A key as the array of texts that the functions of the schema take.
struct PostgresCounterKeyText: Sendable {
    let value: Value

    init(_ key: CounterKey) throws(CounterError) {
        var texts: [Value] = []
        for value in key.values { texts.append(try Self.text(of: value)) }
        value = .array(texts)
    }

    /// The array as one text, in the notation of PostgreSQL.
    var literal: String {
        Self.literal(of: value)
    }

    /// An array of texts as one text.
    static func literal(of value: Value) -> String {
        guard case .array(let texts) = value else { return "{}" }
        let elements = texts.map { text in
            guard let text = String(from: text) else { return "NULL" }
            return "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
        }
        return "{" + elements.joined(separator: ",") + "}"
    }

    private static func text(of value: Value) throws(CounterError) -> Value {
        switch value {
        case .null: .null
        case .bool(let bool): .text(bool ? "true" : "false")
        case .integer(let integer): .text(String(integer))
        case .double(let double): .text(String(double))
        case .decimal(let decimal): .text(decimal.description)
        case .text(let text), .json(let text): .text(text)
        case .bytes(let bytes): .text("\\x" + bytes.map { Self.hexadecimal($0) }.joined())
        case .date(let date): .text(date.description)
        case .timestamp(let timestamp): .text(timestamp.description)
        case .uuid(let uuid): .text(uuid.uuidString)
        case .array:
            throw CounterError(
                .invalidKey,
                "read a counter: a key column that is an array takes its value as text, in the notation of PostgreSQL"
            )
        }
    }

    private static func hexadecimal(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16)
        return digits.count == 1 ? "0" + digits : digits
    }
}
