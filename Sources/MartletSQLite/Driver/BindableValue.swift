internal import Foundation
internal import MartletCore

/// A value in one of SQLite's five storage classes.
enum BindableValue {
    case null
    case integer(Int64)
    case double(Double)
    case text(String)
    case bytes([UInt8])

    /// Takes the form that SQLite's own documentation recommends; see the comment of `Value`.
    init(_ value: Value) throws(EngineError) {
        switch value {
        case .null: self = .null
        case .bool(let bool): self = .integer(bool ? 1 : 0)
        case .integer(let integer): self = .integer(integer)
        case .double(let double):
            // SQLite would store NULL without a word: https://www.sqlite.org/floatingpoint.html
            if double.isNaN { throw Self.unstorable("NaN", "bind NULL instead") }
            self = .double(double)
        case .decimal(let decimal): self = .text(decimal.description)
        case .text(let text), .json(let text): self = .text(text)
        case .bytes(let bytes): self = .bytes(bytes)
        case .date(let date): self = .text(date.description)
        case .timestamp(let timestamp): self = .text(timestamp.description)
        case .uuid(let uuid): self = .text(uuid.uuidString.lowercased())
        case .array(let elements):
            var json = ""
            try Self.append(elements, to: &json)
            self = .text(json)
        }
    }

    /// JSON that `json_each` reads, each element in the form in which it would be bound alone.
    private static func append(_ elements: [Value], to json: inout String) throws(EngineError) {
        json += "["
        for (position, element) in elements.enumerated() {
            if position > 0 { json += "," }
            if case .array(let inner) = element {
                try append(inner, to: &json)
                continue
            }
            switch try BindableValue(element) {
            case .null: json += "null"
            case .integer(let integer): json += String(integer)
            case .double(let double):
                guard double.isFinite else { throw unstorable("an infinite number in an array", "leave it out") }
                json += String(double)
            case .text(let text): try append(text, to: &json)
            case .bytes: throw unstorable("a blob in an array", "bind each blob by itself")
            }
        }
        json += "]"
    }

    /// RFC 8259, section 7: quotation mark, reverse solidus and control characters must be escaped.
    private static func append(_ text: String, to json: inout String) throws(EngineError) {
        json += "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": json += "\\\""
            case "\\": json += "\\\\"
            // SQLite's JSON would end the text there.
            case "\u{0}": throw unstorable("text with a NUL character in an array", "bind each text by itself")
            case "\u{1}"..."\u{1F}": json += "\\u00" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
            default: json.unicodeScalars.append(scalar)
            }
        }
        json += "\""
    }

    private static func unstorable(_ what: String, _ advice: String) -> EngineError {
        EngineError(.invalidValue, "SQLite cannot store \(what); \(advice).")
    }
}
