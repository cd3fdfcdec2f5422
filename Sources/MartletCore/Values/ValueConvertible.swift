public import Foundation

/// A Swift type that can be bound to a placeholder.
public protocol ValueConvertible {
    /// The value as the database takes it.
    var value: Value { get }
}

extension Value: ValueConvertible {
    /// Itself.
    public var value: Value { self }
}

extension Bool: ValueConvertible {
    /// A truth value.
    public var value: Value { .bool(self) }
}

extension FixedWidthInteger where Self: SignedInteger {
    /// An integer.
    public var value: Value { .integer(Int64(self)) }
}

extension Int: ValueConvertible {}
extension Int16: ValueConvertible {}
extension Int32: ValueConvertible {}
extension Int64: ValueConvertible {}

extension Double: ValueConvertible {
    /// A floating-point number.
    public var value: Value { .double(self) }
}

extension DecimalNumber: ValueConvertible {
    /// An exact decimal.
    public var value: Value { .decimal(self) }
}

extension String: ValueConvertible {
    /// Text.
    public var value: Value { .text(self) }
}

extension CalendarDate: ValueConvertible {
    /// A day.
    public var value: Value { .date(self) }
}

extension Timestamp: ValueConvertible {
    /// An instant.
    public var value: Value { .timestamp(self) }
}

extension UUID: ValueConvertible {
    /// An identifier.
    public var value: Value { .uuid(self) }
}

extension Optional: ValueConvertible where Wrapped: ValueConvertible {
    /// The wrapped value, or NULL.
    public var value: Value { self?.value ?? .null }
}

extension Array: ValueConvertible where Element: ValueConvertible {
    /// An array.
    public var value: Value { .array(map(\.value)) }
}
