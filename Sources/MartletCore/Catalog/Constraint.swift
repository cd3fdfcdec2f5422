/// One constraint of a table.
public struct Constraint: Sendable, Hashable {
    /// What it demands.
    public enum Kind: Sendable, Hashable {
        /// Identifies a row.
        case primaryKey
        /// No two rows alike.
        case unique
        /// The row it refers to exists.
        case foreignKey(references: QualifiedName, columns: [String], onDelete: Action)
        /// A condition holds, as the database prints it.
        case check(String)
        /// No two rows overlap.
        case exclusion
    }

    /// What deleting the row that is referred to does.
    public enum Action: String, Sendable, Hashable {
        /// It is refused.
        case restrict
        /// It takes the rows that refer to it along.
        case cascade
        /// It sets the reference to NULL.
        case setNull
        /// It sets the reference to its default.
        case setDefault
    }

    /// Its name; on SQLite, where most have none, made from its columns.
    public var name: String
    /// What it demands.
    public var kind: Kind
    /// The columns it speaks of, in order.
    public var columns: [String]
    /// Whether all rows have been checked against it.
    public var isValidated: Bool

    /// Puts a constraint together.
    public init(name: String, kind: Kind, columns: [String], isValidated: Bool = true) {
        self.name = name
        self.kind = kind
        self.columns = columns
        self.isValidated = isValidated
    }
}
