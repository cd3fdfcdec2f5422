public import MartletCore

/// A column that pages are ordered by.
///
///     [.descending("pinned"), .ascending("due_at", nulls: .last), .ascending("id")]
///
/// The last key of an order must be unique, or unique together with the keys before it, and never NULL; it breaks ties.
public struct PageKey: Sendable, Hashable {
    /// Which way values go from row to row.
    public enum Direction: Sendable, Hashable {
        /// Small values first.
        case ascending
        /// Large values first.
        case descending
    }

    /// Where rows without a value stand.
    public enum Nulls: Sendable, Hashable {
        /// The column has a value in each row, as its NOT NULL constraint says.
        ///
        /// Rows in which it is NULL all the same may be left out.
        case never
        /// Before all rows with a value.
        case first
        /// Behind all rows with a value.
        case last
    }

    /// The column as the statement names it in its result.
    public let column: Identifier
    /// Which way its values go.
    public let direction: Direction
    /// Where NULLs stand.
    public let nulls: Nulls

    /// Puts a key together.
    public init(_ column: Identifier, _ direction: Direction, nulls: Nulls = .never) {
        self.column = column
        self.direction = direction
        self.nulls = nulls
    }

    /// Small values first.
    public static func ascending(_ column: Identifier, nulls: Nulls = .never) -> PageKey {
        PageKey(column, .ascending, nulls: nulls)
    }

    /// Large values first.
    public static func descending(_ column: Identifier, nulls: Nulls = .never) -> PageKey {
        PageKey(column, .descending, nulls: nulls)
    }

    /// The same order read from its end.
    var reversed: PageKey {
        let nulls: Nulls =
            switch nulls {
            case .never: .never
            case .first: .last
            case .last: .first
            }
        return PageKey(column, direction == .ascending ? .descending : .ascending, nulls: nulls)
    }

    /// The operator between the column of a later row and the value of an earlier one.
    var laterOperator: String { direction == .ascending ? ">" : "<" }

    /// The key as a term of ORDER BY.
    ///
    /// PostgreSQL matches an index only if its NULLS are where the term says; SQLite's indexes know one place for
    /// them, so the term is left plain there where no NULL can come.
    func orderTerm(statingNulls: Bool) -> String {
        let term = column.quoted + (direction == .ascending ? "" : " DESC")
        guard statingNulls else { return term }
        return switch nulls {
        case .never: term
        case .first: term + " NULLS FIRST"
        case .last: term + " NULLS LAST"
        }
    }
}
