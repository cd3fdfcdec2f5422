import MartletCore

extension MigrationSession {
    /// Finds the entry of a migration, or of one that does the same and is not undone; else enters it.
    func admit(_ migration: Migration) async throws -> JournalEntry {
        try await journal.create()
        let entries = try await journal.entries()
        if let entry = entries.first(where: { $0.id == migration.id }) {
            guard entry.checksum == migration.checksum, entry.isIntact else {
                throw MigrationError(
                    .checksumMismatch,
                    "apply \(migration.id): the journal holds another migration of that name, \(entry.state.rawValue), "
                        + "with the checksum \(entry.checksum) instead of \(migration.checksum); plan it anew"
                )
            }
            return entry
        }
        let sameWork = entries.last { $0.checksum == migration.checksum && !$0.state.isOver && $0.isIntact }
        if let sameWork { return sameWork }
        let entry = JournalEntry(migration, at: clock())
        try await journal.add(entry)
        return entry
    }

    /// Makes all steps that are not made, and verifies the change.
    func apply(_ entry: JournalEntry) async throws -> MigrationReport {
        let id = entry.id
        try requireIntact(entry, attempt: "apply \(id)")
        if entry.state == .rollingBack {
            throw MigrationError(
                .wrongState,
                "apply \(id): its rollback was interrupted; finish that first: martlet rollback \(id)"
            )
        }
        if entry.state == .applied {
            let verification = try await verification(of: entry.migration.plan)
            if verification.isInPlace {
                let note = "\(id) was applied before and is in place: nothing was done"
                return MigrationReport(
                    outcome: .alreadyApplied,
                    entry: entry,
                    verification: verification,
                    notes: [note]
                )
            }
            try requireRepeatable(entry, verification)
        }
        var current = try await journal.save(entry.applying(at: clock()))
        do {
            while current.step < current.migration.plan.up.count { current = try await perform(.up, current) }
            let verification = try await verification(of: current.migration.plan)
            guard verification.isInPlace else {
                throw MigrationError(
                    .verificationFailed,
                    "apply \(id): all steps were made, and yet the change is not in place: "
                        + "\(verification.objection); roll it back, or mend it and apply again",
                    changedNothing: false
                )
            }
            current = try await journal.save(current.moving(to: .applied, "applied and verified", at: clock()))
            return MigrationReport(
                outcome: .applied,
                entry: current,
                verification: verification,
                notes: notes(on: current)
            )
        } catch {
            throw await settle(error, id: id, attempt: "apply \(id)")
        }
    }

    func requireIntact(_ entry: JournalEntry, attempt: String) throws {
        guard !entry.isIntact else { return }
        throw MigrationError(
            .checksumMismatch,
            "\(attempt): its row in the journal was changed: checksum \(entry.checksum) is recorded, "
                + "\(entry.migration.checksum) is what its statements give; restore the row, or force the rollback"
        )
    }

    /// A change that has vanished is made again only if each step finds out by itself what is to be done.
    private func requireRepeatable(_ entry: JournalEntry, _ verification: MigrationVerification) throws {
        if entry.migration.plan.up.allSatisfy({ IndexAction($0, dialect: connection.dialect) != nil }) { return }
        throw MigrationError(
            .drifted,
            "apply \(entry.id): it was applied before and is not in place any more: \(verification.objection); "
                + "force its rollback, then apply it again"
        )
    }

    private func notes(on entry: JournalEntry) -> [String] {
        let plan = entry.migration.plan
        return zip(plan.up, entry.records)
            .compactMap { step, record in
                guard record == .found, let index = step.index else { return nil }
                return "\(index) was as it should be before; rollback will leave it alone"
            }
    }
}
