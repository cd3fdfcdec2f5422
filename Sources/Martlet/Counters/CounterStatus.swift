package import MartletCore

/// One installed counter.
package struct CounterStatus: Sendable, Hashable {
    package let definition: CounterDefinition
    /// When its numbers were made right for the first time; nil if they have not been.
    package let initialisedAt: Timestamp?
    /// Rows that keep its numbers.
    package let rows: Int
    /// What keeps its triggers from seeing all writes.
    package let gaps: [String]

    package init(definition: CounterDefinition, initialisedAt: Timestamp?, rows: Int, gaps: [String]) {
        self.definition = definition
        self.initialisedAt = initialisedAt
        self.rows = rows
        self.gaps = gaps
    }
}
