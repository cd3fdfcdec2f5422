import MartletCore

extension MigrationSession {
    /// Undoes what the migration made, and nothing else, and looks whether it is gone.
    ///
    /// What was changed since stays as it is unless `force` is set.
    func rollback(_ entry: JournalEntry, force: Bool) async throws -> MigrationReport {
        let id = entry.id
        if !force { try requireIntact(entry, attempt: "roll back \(id)") }
        if entry.state.isOver || entry.state == .planned {
            let standing = entry.state == .planned ? "never begun" : "\(entry.state.rawValue) before"
            let note = "\(id) was \(standing): nothing was done"
            return MigrationReport(
                outcome: .alreadyRolledBack,
                entry: entry,
                verification: MigrationVerification(checks: []),
                notes: [note]
            )
        }
        if !force, entry.state == .applied { try await requireUnchanged(entry) }
        var current = try await journal.save(entry.rollingBack(at: clock()))
        do {
            let plan = current.migration.plan
            while current.step < plan.down.count {
                if let reason = current.reasonToSkip {
                    events(
                        .stepSkipped(
                            number: current.step + 1,
                            of: plan.down.count,
                            direction: .down,
                            reason: reason
                        )
                    )
                    current = try await journal.save(current.skippingStep(at: clock()))
                } else {
                    current = try await perform(.down, current, force: force)
                }
            }
            try await requireUndone(current)
            let verification = try await verification(of: plan)
            current = try await journal.save(current.moving(to: .rolledBack, "rolled back", at: clock()))
            return MigrationReport(
                outcome: .rolledBack,
                entry: current,
                verification: verification,
                notes: notes(on: current, verification)
            )
        } catch {
            throw await settle(error, id: id, attempt: "roll back \(id)")
        }
    }

    /// Writes to the journal that nobody will undo a migration; changes nothing else.
    func forget(_ entry: JournalEntry) async throws -> MigrationReport {
        let isOver = entry.state.isOver || entry.state == .planned
        let forgotten = isOver ? entry : try await journal.save(entry.forgetting(at: clock()))
        let note =
            isOver
            ? "\(entry.id) is \(entry.state.rawValue): there is nothing to forget"
            : "what it made was left as it is: \(entry.migration.plan.summary)"
        return MigrationReport(
            outcome: isOver ? .alreadyRolledBack : .forgotten,
            entry: forgotten,
            verification: MigrationVerification(checks: []),
            notes: [note]
        )
    }

    /// Steps on indexes look for themselves whether theirs is still the one; of others only the queries can tell.
    private func requireUnchanged(_ entry: JournalEntry) async throws {
        let plan = entry.migration.plan
        if plan.down.allSatisfy({ IndexAction($0, dialect: connection.dialect) != nil }) { return }
        let verification = try await verification(of: plan)
        if verification.isInPlace { return }
        throw MigrationError(
            .drifted,
            "roll back \(entry.id): what it made was changed since: \(verification.objection); "
                + "look at it, then force the rollback, or leave it as it is: martlet rollback --forget \(entry.id)"
        )
    }

    /// Looks at each index once more after all steps: a later step, or somebody else, may have brought one back.
    private func requireUndone(_ entry: JournalEntry) async throws {
        for (number, step) in entry.migration.plan.down.enumerated() {
            guard let action = IndexAction(step, dialect: connection.dialect) else { continue }
            if let up = entry.upStep(undoneBy: number), entry.records[up] != .undone { continue }
            let found = try await inspector.state(of: action.index)
            let isUndone = if case .drop = action { found == nil } else { found?.isValid == true }
            guard isUndone else {
                throw MigrationError(
                    .verificationFailed,
                    "roll back \(entry.id): \(action.title) was done, and yet the index is "
                        + (found == nil ? "missing" : "there") + "; look who changes it, then run the rollback again",
                    changedNothing: false
                )
            }
        }
    }

    private func notes(on entry: JournalEntry, _ verification: MigrationVerification) -> [String] {
        let plan = entry.migration.plan
        var notes: [String] = []
        if plan.down.isEmpty { notes.append("there was nothing to undo: \(plan.summary)") }
        for (step, record) in zip(plan.up, entry.records) where record == .found {
            guard let index = step.index else { continue }
            notes.append("\(index) was as it is before the migration and was left alone")
        }
        let madeAny = entry.records.contains(.undone)
        if madeAny, !verification.checks.isEmpty, verification.isInPlace {
            notes.append("the verifying queries still give true: something else keeps the change in place")
        }
        return notes
    }
}
