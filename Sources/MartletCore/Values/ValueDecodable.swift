public import Foundation

/// A Swift type that a column can be read as, whichever engine the value came from.
public protocol ValueDecodable {
    /// Reads a value that is not NULL; nil where it does not fit.
    init?(from value: Value)
}

extension Value: ValueDecodable {
    /// Any value fits.
    public init?(from value: Value) {
        self = value
    }
}

extension Bool: ValueDecodable {
    /// A truth value, or SQLite's 0 and 1.
    public init?(from value: Value) {
        switch value {
        case .bool(let bool): self = bool
        case .integer(0): self = false
        case .integer(1): self = true
        default: return nil
        }
    }
}

extension FixedWidthInteger {
    /// An integer in the range of this type.
    public init?(from value: Value) {
        switch value {
        case .integer(let integer): self.init(exactly: integer)
        case .decimal(let decimal): self.init(decimal.description)
        default: return nil
        }
    }
}

extension Int: ValueDecodable {}
extension Int16: ValueDecodable {}
extension Int32: ValueDecodable {}
extension Int64: ValueDecodable {}

extension Double: ValueDecodable {
    /// A number of any kind.
    public init?(from value: Value) {
        switch value {
        case .double(let double): self = double
        case .integer(let integer): self = Double(integer)
        case .decimal(let decimal): self.init(decimal.description.lowercased())
        default: return nil
        }
    }
}

extension DecimalNumber: ValueDecodable {
    /// A decimal, an integer, or a number written as text.
    public init?(from value: Value) {
        switch value {
        case .decimal(let decimal): self = decimal
        case .integer(let integer): self.init(String(integer))
        case .text(let text): self.init(text)
        case .double(let double): self.init(String(double))
        default: return nil
        }
    }
}

extension String: ValueDecodable {
    /// Text or JSON.
    public init?(from value: Value) {
        switch value {
        case .text(let text), .json(let text): self = text
        default: return nil
        }
    }
}

extension CalendarDate: ValueDecodable {
    /// A day, or `YYYY-MM-DD`.
    public init?(from value: Value) {
        switch value {
        case .date(let date): self = date
        case .text(let text): self.init(text)
        default: return nil
        }
    }
}

extension Timestamp: ValueDecodable {
    /// An instant, or its ISO 8601 form.
    public init?(from value: Value) {
        switch value {
        case .timestamp(let timestamp): self = timestamp
        case .text(let text): self.init(text)
        default: return nil
        }
    }
}

extension UUID: ValueDecodable {
    /// An identifier, its text, or its sixteen bytes.
    public init?(from value: Value) {
        switch value {
        case .uuid(let uuid): self = uuid
        case .text(let text): self.init(uuidString: text)
        case .bytes(let b) where b.count == 16:
            self.init(
                uuid: (
                    b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14], b[15]
                )
            )
        default: return nil
        }
    }
}

extension Array: ValueDecodable where Element: ValueDecodable {
    /// An array whose elements all fit and none of which is NULL.
    public init?(from value: Value) {
        guard case .array(let elements) = value else { return nil }
        self = []
        reserveCapacity(elements.count)
        for element in elements {
            guard let decoded = Element(from: element) else { return nil }
            append(decoded)
        }
    }
}
