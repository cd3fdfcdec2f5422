package import MartletCore

/// The rows of one table, made in batches so that two million never are in memory at once.
package struct GeneratedTable: Sendable {
    /// Rows of one batch: some megabytes, and few enough round trips not to matter.
    package static let batchRows = 5_000

    package let name: QualifiedName
    package let columns: [String]
    package let rowCount: Int
    /// The identity column, whose sequence must go on after the highest value; nil if there is none.
    package let identityColumn: String?
    private let makeRow: @Sendable () -> (_ number: Int) -> [Value]

    /// Takes a maker of rows; `makeRow` begins afresh, what it returns is called with 1, 2 … `rowCount` in order.
    package init(
        name: QualifiedName,
        columns: [String],
        rowCount: Int,
        identityColumn: String? = nil,
        makeRow: @escaping @Sendable () -> (_ number: Int) -> [Value]
    ) {
        self.name = name
        self.columns = columns
        self.rowCount = rowCount
        self.identityColumn = identityColumn
        self.makeRow = makeRow
    }

    /// Hands all rows over in batches.
    package func forEachBatch(_ body: ([[Value]]) async throws -> Void) async throws {
        let row = makeRow()
        var first = 1
        while first <= rowCount {
            let last = min(first + Self.batchRows - 1, rowCount)
            try await body((first...last).map(row))
            first = last + 1
        }
    }
}
