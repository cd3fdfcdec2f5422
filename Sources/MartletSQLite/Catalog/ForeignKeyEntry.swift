internal import MartletCore

/// A foreign key as `PRAGMA foreign_key_list` gives it.
struct ForeignKeyEntry: Sendable {
    var table: String
    var columns: [String] = []
    /// Empty where the reference is to the primary key.
    var referenced: [String] = []
    var onDelete: Constraint.Action
}

extension Constraint.Action {
    /// SQLite's words; NO ACTION refuses too, at the end of the statement.
    init(sqlite words: String) {
        switch words.uppercased() {
        case "CASCADE": self = .cascade
        case "SET NULL": self = .setNull
        case "SET DEFAULT": self = .setDefault
        default: self = .restrict
        }
    }
}
