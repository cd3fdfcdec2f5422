import Foundation
import MartletCore

extension Double {
    /// As both databases write and read it.
    var sqlDescription: String {
        isNaN ? "NaN" : isInfinite ? (self < 0 ? "-Infinity" : "Infinity") : description
    }
}

extension Timestamp {
    /// `YYYY-MM-DD HH:MM:SS.ffffff+00`, which PostgreSQL reads as this instant in any time zone.
    var zonedDescription: String {
        self == .distantFuture || self == .distantPast ? description : description + "+00"
    }

    /// ISO 8601.
    var isoDescription: String {
        self == .distantFuture || self == .distantPast
            ? description : description.replacing(" ", with: "T", maxReplacements: 1) + "Z"
    }
}

extension Value {
    /// An array in PostgreSQL's notation: `{1,"a b",NULL}`.
    ///
    /// https://www.postgresql.org/docs/15/arrays.html#ARRAYS-IO
    var arrayLiteral: String {
        switch self {
        case .array(let elements): "{" + elements.map(\.arrayLiteral).joined(separator: ",") + "}"
        case .null: "NULL"
        case .bool(let bool): bool ? "t" : "f"
        case .integer(let integer): integer.description
        case .double(let double): double.sqlDescription
        case .decimal(let decimal): decimal.description
        case .date(let date): date.description
        case .timestamp(let timestamp): Self.quoted(timestamp.zonedDescription)
        case .uuid(let uuid): uuid.uuidString.lowercased()
        case .text(let text), .json(let text): Self.quoted(text)
        case .bytes(let bytes):
            Self.quoted("\\x" + bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined())
        }
    }

    private static func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
}
