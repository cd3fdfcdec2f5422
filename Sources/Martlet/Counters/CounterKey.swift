public import MartletCore

/// Which of a counter's numbers is meant: one value for each of its key columns.
///
/// `42`, `"abc"`, `[1, "de"]` for a counter of two columns, `[nil]` for the rows whose column is NULL.
public struct CounterKey: Sendable, Hashable {
    /// The values, in the order of the key columns.
    public let values: [Value]

    /// A key of as many columns as values.
    public init(_ values: [Value]) {
        self.values = values
    }

    /// A key of one column.
    public init(_ value: some ValueConvertible) {
        values = [value.value]
    }

    /// The only key of a counter without key columns.
    public static let whole = CounterKey([])
}

extension CounterKey: ExpressibleByIntegerLiteral, ExpressibleByStringLiteral, ExpressibleByArrayLiteral {
    /// A key of one integer.
    public init(integerLiteral value: Int64) {
        values = [.integer(value)]
    }

    /// A key of one text.
    public init(stringLiteral value: String) {
        values = [.text(value)]
    }

    /// A key of several columns.
    public init(arrayLiteral elements: Value...) {
        values = elements
    }
}
