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
    /// Whether the table that it counted was dropped; its definition then names none that there is.
    package let isTableGone: Bool

    package init(
        definition: CounterDefinition,
        initialisedAt: Timestamp?,
        rows: Int,
        gaps: [String],
        isTableGone: Bool = false
    ) {
        self.definition = definition
        self.initialisedAt = initialisedAt
        self.rows = rows
        self.gaps = gaps
        self.isTableGone = isTableGone
    }
}
