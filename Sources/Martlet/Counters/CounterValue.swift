public import MartletCore

/// One number of a counter.
public struct CounterValue: Sendable, Hashable {
    /// The number: an integer, or a decimal for sums of decimals.
    public let number: DecimalNumber
    /// Whether it was counted just now, because the counter has not been initialised.
    public let isComputed: Bool

    /// Wraps a number that was read.
    package init(number: DecimalNumber, isComputed: Bool) {
        self.number = number
        self.isComputed = isComputed
    }
}
