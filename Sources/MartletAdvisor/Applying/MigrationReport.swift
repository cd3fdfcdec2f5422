/// What a runner did with a migration.
package struct MigrationReport: Sendable, Hashable {
    /// How it ended.
    package enum Outcome: String, Sendable, Hashable {
        /// All steps are made and verified.
        case applied
        /// It was applied before and is in place: nothing was done.
        case alreadyApplied = "already applied"
        /// All that was made is undone.
        case rolledBack = "rolled back"
        /// It was rolled back before: nothing was done.
        case alreadyRolledBack = "already rolled back"
        /// The journal says that nobody will undo it: nothing else was done.
        case forgotten
    }

    /// How it ended.
    package var outcome: Outcome
    /// Where the journal says it stands now.
    package var entry: JournalEntry
    /// What the verifying queries said.
    package var verification: MigrationVerification
    /// What else is worth knowing, a sentence each.
    package var notes: [String]
}

/// Whether a change is in place.
package struct MigrationVerification: Sendable, Hashable {
    /// One query and its answer.
    package struct Check: Sendable, Hashable {
        /// The query.
        package var query: String
        /// Whether it gave true.
        package var isTrue: Bool
        /// Why it could not be run; nil if it could.
        package var problem: String?
    }

    /// One for each query.
    package var checks: [Check]

    /// Whether all queries gave true.
    ///
    /// A plan without queries has nothing that could say otherwise.
    package var isInPlace: Bool {
        checks.allSatisfy(\.isTrue)
    }

    /// The first query that did not give true, in one sentence.
    var objection: String {
        guard let check = checks.first(where: { !$0.isTrue }) else { return "the change is in place" }
        return check.problem.map { "\(check.query) could not be run: \($0)" } ?? "\(check.query) did not give true"
    }
}

/// Where all migrations of a database stand.
package struct MigrationStatus: Sendable, Hashable {
    /// All migrations, the oldest first; empty if there is no journal.
    package var entries: [JournalEntry]
    /// The session that migrates at this moment, for people; nil if none does.
    ///
    /// Never known on SQLite.
    package var activeRunner: String?
}
