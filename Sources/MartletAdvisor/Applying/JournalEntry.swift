package import MartletCore

/// One row of the journal: a migration and where it stands.
package struct JournalEntry: Sendable, Hashable {
    /// What is migrated; complete, so that any machine can go on or undo it.
    package var migration: Migration
    /// The checksum that was recorded with it.
    package var checksum: String
    /// Where it stands.
    package var state: MigrationState
    /// Steps finished in the direction that `state` tells: of `down` while rolling back and after it, else of `up`.
    package var step: Int
    /// What became of each step of `up`.
    package var records: [StepRecord]
    /// What happened last, in one sentence.
    package var message: String
    /// When this was written, by the clock of who wrote it.
    package var updatedAt: Timestamp
    /// Grows with each write, so that two runners cannot both write the next.
    var revision: Int

    /// A migration of which nothing is begun.
    init(_ migration: Migration, at now: Timestamp) {
        self.init(
            migration: migration,
            checksum: migration.checksum,
            state: .planned,
            step: 0,
            records: migration.plan.up.map { _ in .pending },
            message: "planned",
            updatedAt: now,
            revision: 0
        )
    }

    init(
        migration: Migration,
        checksum: String,
        state: MigrationState,
        step: Int,
        records: [StepRecord],
        message: String,
        updatedAt: Timestamp,
        revision: Int
    ) {
        self.migration = migration
        self.checksum = checksum
        self.state = state
        self.step = step
        self.records = records
        self.message = message
        self.updatedAt = updatedAt
        self.revision = revision
    }

    /// Its name.
    package var id: String { migration.id }

    /// Whether the row's own statements are still those that the checksum was taken of.
    package var isIntact: Bool { checksum == migration.checksum }

    /// Whether the database is as if the migration had never been: no step of it stands, nor may stand.
    var madeNothing: Bool {
        !records.contains { $0 == .made || $0 == .begun }
    }

    /// Whether each step of `down` undoes one step of `up`, in reverse.
    var isMirrored: Bool { migration.plan.up.count == migration.plan.down.count }

    /// The step of `up` that a step of `down` undoes; nil where it undoes no single one.
    func upStep(undoneBy down: Int) -> Int? {
        let plan = migration.plan
        if isMirrored { return plan.up.count - 1 - down }
        guard let index = plan.down[down].index else { return nil }
        return plan.up.lastIndex { $0.index == index }
    }

    /// The statement that creates the index which a step creates or drops, on whichever side of the plan it stands.
    func creation(of index: QualifiedName) -> IndexStatement? {
        let steps = migration.plan.up + migration.plan.down
        for step in steps where step.index == index {
            if let statement = IndexStatement(step.sql, dialect: migration.dialect) { return statement }
        }
        return nil
    }

    /// Where it stands and what can be done, in one sentence.
    package var standing: String {
        let plan = migration.plan
        switch state {
        case .planned: return "planned, nothing begun; apply makes it"
        case .applying:
            return "interrupted after \(step) of \(plan.up.count) steps (\(message)); "
                + "apply goes on, rollback undoes what was made"
        case .applied: return "applied; rollback undoes it"
        case .failed: return "failed after \(step) of \(plan.up.count) steps: \(message)"
        case .rollingBack:
            return "rollback interrupted after \(step) of \(plan.down.count) steps (\(message)); rollback goes on, "
                + "rollback --forget leaves it as it is"
        case .rolledBack: return "rolled back; apply makes it again"
        case .forgotten: return "forgotten: what it made was left as it is; apply makes it again"
        }
    }
}
