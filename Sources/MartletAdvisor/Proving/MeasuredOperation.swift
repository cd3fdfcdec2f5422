package import MartletCore

/// Something an application does to its database, ready to be measured again and again.
package struct MeasuredOperation: Sendable {
    /// What becomes of what it changes, so that every run finds the same data.
    package enum Change: Sendable {
        /// It changes nothing.
        case nothing
        /// Each run happens in a transaction that is rolled back. What a commit costs is then not measured, and the
        /// operation must not begin a transaction of its own.
        case rolledBack
        /// After each run this brings the data back; it is not part of the time.
        case restored(@Sendable (any Connection) async throws -> Void)
    }

    package var name: String
    package var change: Change
    package var body: @Sendable (any Connection) async throws -> Outcome

    package init(
        _ name: String,
        change: Change = .nothing,
        body: @escaping @Sendable (any Connection) async throws -> Outcome
    ) {
        self.name = name
        self.change = change
        self.body = body
    }
}

/// What an operation returned, in a form that can be compared.
package struct Outcome: Sendable, Hashable {
    /// Whether the order of rows is part of the result.
    package enum Comparison: Sendable, Hashable {
        /// Same rows in the same order.
        case inOrder
        /// Same rows, each as often, in any order.
        case inAnyOrder
    }

    package var rows: [[Value]]

    package init(_ rows: [[Value]]) {
        self.rows = rows
    }

    /// All rows of a result.
    package init(_ rows: Rows) {
        self.rows = rows.map(\.values)
    }

    package func isEqual(to other: Outcome, _ comparison: Comparison) -> Bool {
        switch comparison {
        case .inOrder: rows == other.rows
        case .inAnyOrder: occurrences == other.occurrences
        }
    }

    private var occurrences: [[Value]: Int] {
        rows.reduce(into: [:]) { $0[$1, default: 0] += 1 }
    }
}
