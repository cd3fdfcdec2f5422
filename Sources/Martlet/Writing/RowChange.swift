public import MartletCore

/// What is to become of one row of a batched update: columns that are not named keep what they hold.
public struct RowChange<Key: Hashable & Sendable & ValueConvertible>: Sendable {
    /// The key of the row.
    public var key: Key
    /// The new values by column; `.null` empties a column.
    public var values: [Identifier: Value]

    /// Takes the key of a row and its new values.
    public init(_ key: Key, _ values: [Identifier: Value]) {
        self.key = key
        self.values = values
    }
}
