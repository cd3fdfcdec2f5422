/// What became of one step that makes the change.
package enum StepRecord: String, Sendable, Hashable, Codable {
    /// Not reached.
    case pending
    /// Begun outside a transaction; whether it was finished the database must tell.
    case begun
    /// Made by this migration, which therefore undoes it.
    case made
    /// Found as it should be before anything was begun; undoing it is not this migration's business.
    case found
    /// Made and undone again.
    case undone
}
