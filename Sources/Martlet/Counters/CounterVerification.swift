package import MartletCore

/// How a counter compares with the truth.
package struct CounterVerification: Sendable, Hashable {
    /// One key whose number is wrong.
    package struct Difference: Sendable, Hashable {
        package let key: CounterKey
        /// What the counter says; nil if it says nothing.
        package let kept: DecimalNumber?
        /// What the rows say.
        package let counted: DecimalNumber

        package init(key: CounterKey, kept: DecimalNumber?, counted: DecimalNumber) {
            self.key = key
            self.kept = kept
            self.counted = counted
        }
    }

    /// As many differences are kept as the document's own command shows.
    package static let differencesMax = 10

    package let definition: CounterDefinition
    /// Whether it has been initialised: until then it is counted at each read, and differences mean nothing.
    package let isInitialised: Bool
    package let keysChecked: Int
    package let keysWrong: Int
    /// The first that are wrong, by key.
    package let differences: [Difference]
    /// The sum over all keys that is kept, and that was counted.
    package let totalKept: DecimalNumber
    package let totalCounted: DecimalNumber
    /// What keeps the triggers from seeing all writes: a trigger that is missing or disabled, a partition without one.
    package let gaps: [String]
    /// Whether one of them goes only by installing the counter again.
    package let isIncomplete: Bool

    package init(
        definition: CounterDefinition,
        isInitialised: Bool,
        keysChecked: Int,
        keysWrong: Int,
        differences: [Difference],
        totalKept: DecimalNumber,
        totalCounted: DecimalNumber,
        gaps: [String],
        isIncomplete: Bool = false
    ) {
        self.definition = definition
        self.isInitialised = isInitialised
        self.keysChecked = keysChecked
        self.keysWrong = keysWrong
        self.differences = differences
        self.totalKept = totalKept
        self.totalCounted = totalCounted
        self.gaps = gaps
        self.isIncomplete = isIncomplete
    }

    package var name: CounterName { definition.name }

    /// Whether all is right and stays so.
    package var isExact: Bool {
        keysWrong == 0 && gaps.isEmpty
    }
}
