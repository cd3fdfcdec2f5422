public import Foundation

/// One value of a database, as both engines give and take it.
///
/// SQLite knows only integers, floating-point numbers, text, blobs and NULL: the other cases are bound there in the
/// form that its documentation recommends (ISO 8601 text for instants, 0 and 1 for booleans, JSON text for arrays)
/// and come back as that form. `Row` decodes either form to the Swift type that is asked for.
///
/// Time of day, intervals, ranges, network addresses and all other types travel as `.text` in PostgreSQL's own
/// notation.
public enum Value: Sendable, Hashable {
    /// The absence of a value.
    case null
    /// A truth value.
    case bool(Bool)
    /// An integer of up to 64 bits.
    case integer(Int64)
    /// A binary floating-point number.
    case double(Double)
    /// An exact decimal number.
    case decimal(DecimalNumber)
    /// Text.
    case text(String)
    /// Uninterpreted bytes.
    case bytes([UInt8])
    /// A day of the calendar without a time.
    case date(CalendarDate)
    /// An instant, to the microsecond.
    case timestamp(Timestamp)
    /// A universally unique identifier.
    case uuid(UUID)
    /// A JSON document as text.
    case json(String)
    /// An array, one level for each dimension.
    case array([Value])

    /// Whether this is NULL.
    public var isNull: Bool {
        self == .null
    }
}

extension Value: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByStringLiteral, ExpressibleByArrayLiteral
{
    /// NULL.
    public init(nilLiteral: ()) {
        self = .null
    }

    /// A truth value.
    public init(booleanLiteral value: Bool) {
        self = .bool(value)
    }

    /// An integer.
    public init(integerLiteral value: Int64) {
        self = .integer(value)
    }

    /// A floating-point number.
    public init(floatLiteral value: Double) {
        self = .double(value)
    }

    /// Text.
    public init(stringLiteral value: String) {
        self = .text(value)
    }

    /// An array of values.
    public init(arrayLiteral elements: Value...) {
        self = .array(elements)
    }
}
