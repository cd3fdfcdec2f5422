import Foundation
import MartletCore

/// Comma-separated values.
///
/// RFC 4180, https://www.rfc-editor.org/rfc/rfc4180, with a line feed alone as line end, as COPY writes it.
struct CSVEncoder: RowEncoder {
    let columns: [String]
    let writesHeader: Bool

    func begin(_ text: inout [UInt8]) {
        guard writesHeader else { return }
        for (position, column) in columns.enumerated() {
            if position > 0 { text.append(UInt8(ascii: ",")) }
            append(column.utf8, to: &text)
        }
        text.append(UInt8(ascii: "\n"))
    }

    func append(_ row: Row, to text: inout [UInt8]) {
        for position in columns.indices {
            if position > 0 { text.append(UInt8(ascii: ",")) }
            append(row[position], to: &text)
        }
        text.append(UInt8(ascii: "\n"))
    }

    private func append(_ value: Value, to text: inout [UInt8]) {
        switch value {
        case .null: break
        case .bool(let bool): text.append(UInt8(ascii: bool ? "t" : "f"))
        case .integer(let integer): text.append(contentsOf: integer.description.utf8)
        case .double(let double): text.append(contentsOf: double.sqlDescription.utf8)
        case .decimal(let decimal): text.append(contentsOf: decimal.description.utf8)
        case .text(let content), .json(let content): append(content.utf8, to: &text)
        case .bytes(let bytes): text.append(hexadecimal: bytes)
        case .date(let date): text.append(contentsOf: date.description.utf8)
        // With its zone: without one, a session elsewhere would read it as local.
        case .timestamp(let timestamp): text.append(contentsOf: timestamp.zonedDescription.utf8)
        case .uuid(let uuid): text.append(contentsOf: uuid.uuidString.lowercased().utf8)
        case .array: append(value.arrayLiteral.utf8, to: &text)
        }
    }

    private func append(_ field: String.UTF8View, to text: inout [UInt8]) {
        let special = Set("\",\n\r\\ ".utf8)
        guard field.isEmpty || field.contains(where: special.contains) else {
            text.append(contentsOf: field)
            return
        }
        text.append(UInt8(ascii: "\""))
        for byte in field {
            if byte == UInt8(ascii: "\"") { text.append(byte) }
            text.append(byte)
        }
        text.append(UInt8(ascii: "\""))
    }
}
