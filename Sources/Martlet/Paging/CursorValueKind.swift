import MartletCore

/// The byte before a value in a cursor; never given another meaning within a version.
enum CursorValueKind: UInt8 {
    case null
    case bool
    case integer
    case double
    case decimal
    case text
    case bytes
    case date
    case timestamp
    case uuid
    case json
    case array

    init(of value: Value) {
        self =
            switch value {
            case .null: .null
            case .bool: .bool
            case .integer: .integer
            case .double: .double
            case .decimal: .decimal
            case .text: .text
            case .bytes: .bytes
            case .date: .date
            case .timestamp: .timestamp
            case .uuid: .uuid
            case .json: .json
            case .array: .array
            }
    }
}
