import Martlet
import MartletCore

/// A counter's key as people read it: `chat_id 42`.
struct CounterKeyText: CustomStringConvertible {
    let description: String

    init(_ key: CounterKey, columns: [String]) {
        let parts = key.values.enumerated()
            .map { position, value in
                position < columns.count ? "\(columns[position]) \(Self.text(value))" : Self.text(value)
            }
        description = parts.isEmpty ? "in all" : parts.joined(separator: ", ")
    }

    /// One value of a key.
    static func text(_ value: Value) -> String {
        switch value {
        case .null: "NULL"
        case .bool(let value): "\(value)"
        case .integer(let value): "\(value)"
        case .double(let value): "\(value)"
        case .decimal(let value): "\(value)"
        case .text(let value), .json(let value): value.debugDescription
        case .bytes(let value): "\(value.count) bytes"
        case .date(let value): "\(value)"
        case .timestamp(let value): "\(value)"
        case .uuid(let value): "\(value)"
        case .array(let values): "[\(values.map(text).joined(separator: ", "))]"
        }
    }
}
