import Foundation
import MartletCore

/// A JSON object on each line.
struct JSONLineEncoder: RowEncoder {
    private let names: [[UInt8]]

    init(columns: [String]) {
        names = columns.enumerated()
            .map { position, column in
                var text = Array((position == 0 ? "{" : ",").utf8)
                Self.append(quoted: column, to: &text)
                return text + [UInt8(ascii: ":")]
            }
    }

    func begin(_ text: inout [UInt8]) {}

    func append(_ row: Row, to text: inout [UInt8]) {
        if names.isEmpty { text.append(UInt8(ascii: "{")) }
        for (position, name) in names.enumerated() {
            text.append(contentsOf: name)
            Self.append(row[position], to: &text)
        }
        text.append(contentsOf: "}\n".utf8)
    }

    private static func append(_ value: Value, to text: inout [UInt8]) {
        switch value {
        case .null: text.append(contentsOf: "null".utf8)
        case .bool(let bool): text.append(contentsOf: (bool ? "true" : "false").utf8)
        case .integer(let integer): text.append(contentsOf: integer.description.utf8)
        case .double(let double): append(number: double.sqlDescription, to: &text)
        case .decimal(let decimal): append(number: decimal.description, to: &text)
        case .text(let content): append(quoted: content, to: &text)
        // A line end within a document can only be between its tokens, and would end the line.
        case .json(let content): text.append(contentsOf: content.utf8.lazy.map { $0 == 10 || $0 == 13 ? 32 : $0 })
        case .bytes(let bytes):
            text.append(contentsOf: "\"\\".utf8)
            text.append(hexadecimal: bytes)
            text.append(UInt8(ascii: "\""))
        case .date(let date): append(quoted: date.description, to: &text)
        case .timestamp(let timestamp): append(quoted: timestamp.isoDescription, to: &text)
        case .uuid(let uuid): append(quoted: uuid.uuidString.lowercased(), to: &text)
        case .array(let elements):
            text.append(UInt8(ascii: "["))
            for (position, element) in elements.enumerated() {
                if position > 0 { text.append(UInt8(ascii: ",")) }
                append(element, to: &text)
            }
            text.append(UInt8(ascii: "]"))
        }
    }

    /// JSON has no NaN and no infinity: RFC 8259, section 6.
    private static func append(number: String, to text: inout [UInt8]) {
        if number.hasSuffix("N") || number.hasSuffix("y") {
            append(quoted: number, to: &text)
        } else {
            text.append(contentsOf: number.utf8)
        }
    }

    /// RFC 8259, section 7: quotation mark, reverse solidus and control characters must be escaped.
    private static func append(quoted content: String, to text: inout [UInt8]) {
        text.append(UInt8(ascii: "\""))
        for byte in content.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                text.append(UInt8(ascii: "\\"))
                text.append(byte)
            case 10: text.append(contentsOf: "\\n".utf8)
            case 0..<32: text.append(contentsOf: "\\u00\(byte < 16 ? "0" : "")\(String(byte, radix: 16))".utf8)
            default: text.append(byte)
            }
        }
        text.append(UInt8(ascii: "\""))
    }
}
