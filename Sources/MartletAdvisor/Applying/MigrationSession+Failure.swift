import MartletCore

/// Leaving things in order when a step fails.
extension MigrationSession {
    /// Drops what the failed step left behind, says so in the journal, and returns the error that tells what is left.
    ///
    /// It goes through even when the task has been cancelled. A connection that is gone leaves the journal as it is:
    /// it says what was begun, and the next run goes on from there.
    func settle(_ error: any Error, id: String, attempt: String) async -> MigrationError {
        await Task {
            var failure = MigrationError(error, attempting: attempt)
            failure.changedNothing = false
            guard failure.code != .anotherRunner else {
                failure.changedNothing = true
                return failure
            }
            guard var entry = try? await journal.entry(id) else { return failure }
            await explain(&failure, entry)
            if entry.state == .applying {
                // Who has pressed Ctrl-C does not wait for a lock to become free.
                entry = await tidy(entry, attempts: failure.code == .cancelled ? 1 : policy.attempts)
            }
            failure.changedNothing = entry.state == .rollingBack ? await isUntouched(entry) : entry.madeNothing
            if entry.state == .applying {
                _ = try? await journal.save(entry.moving(to: .failed, failure.message, at: clock()))
            } else if entry.state == .rollingBack {
                _ = try? await journal.save(entry.moving(to: .rollingBack, failure.message, at: clock()))
            }
            return failure
        }
        .value
    }

    /// Sets the record of a step that was begun to what it turned out to be.
    private func tidy(_ entry: JournalEntry, attempts: Int) async -> JournalEntry {
        let steps = entry.migration.plan.up
        guard entry.step < steps.count, entry.records[entry.step] == .begun,
            let action = IndexAction(steps[entry.step], dialect: connection.dialect)
        else { return entry }
        var tidied = entry
        do {
            if try await isUnmade(action, attempts: attempts) { tidied.records[entry.step] = .pending }
        } catch {
            // What cannot be found out or dropped now stays begun: the next run sees to it.
        }
        return tidied
    }

    /// Whether nothing of a failed step is left, after dropping what was invalid.
    private func isUnmade(_ action: IndexAction, attempts: Int) async throws -> Bool {
        var found = try await inspector.state(of: action.index)
        switch action {
        case .create(let index, _):
            if let invalid = found, !invalid.isValid, invalid.builder == nil {
                try await retrying(attempts) { try await clear(index) }
                found = try await inspector.state(of: index)
            }
            return found == nil
        case .drop:
            return found?.isValid ?? false
        case .rebuild(let index):
            let leftovers = try await inspector.leftovers(of: index)
            try await retrying(attempts) { for leftover in leftovers { try await clear(leftover) } }
            return found?.isValid == false
        }
    }

    /// Whether an interrupted rollback has undone nothing yet.
    private func isUntouched(_ entry: JournalEntry) async -> Bool {
        guard entry.step == 0, let step = entry.migration.plan.down.first else { return false }
        guard let action = IndexAction(step, dialect: connection.dialect) else { return step.isTransactional }
        guard let found = try? await inspector.state(of: action.index) else { return false }
        if case .drop = action { return found.isValid }
        return false
    }

    /// Says in words what two common failures mean.
    private func explain(_ failure: inout MigrationError, _ entry: JournalEntry) async {
        let steps = entry.steps(entry.state == .rollingBack ? .down : .up)
        let step = entry.step < steps.count ? steps[entry.step] : nil
        let action = step.flatMap { IndexAction($0, dialect: connection.dialect) }
        let code = (failure.cause as? EngineError)?.code
        if code == .uniqueViolation, case .create(let index, let statement) = action {
            failure.code = .duplicateKeys
            failure.message =
                "create unique index \(index) on \(statement.table.joined(separator: ".")) \(statement.body): "
                + "rows have equal keys, so the index cannot be unique; what was built of it is dropped; "
                + "find the rows with GROUP BY … HAVING count(*) > 1, mend them, then apply again"
        } else if code == .uniqueViolation, case .rebuild(let index) = action {
            failure.code = .duplicateKeys
            failure.message =
                "rebuild unique index \(index): rows have equal keys, so the index cannot be valid; what was built of "
                + "it is dropped; find the rows with GROUP BY … HAVING count(*) > 1 and mend them, then apply again, "
                + "or drop the index"
        } else if entry.state == .rollingBack, let reason = obstacle(failure.cause as? EngineError) {
            failure.message +=
                "; \(reason), or leave what the migration made as it is: martlet rollback --forget \(entry.id)"
        } else if failure.code == .lockUnavailable, let blocker = await oldestTransaction() {
            failure.message += "; the oldest transaction is that of \(blocker)"
        }
    }

    /// What to do about an error that comes back however often a rollback is tried; nil for any other.
    private func obstacle(_ error: EngineError?) -> String? {
        // https://www.postgresql.org/docs/15/errcodes-appendix.html
        if error?.driverCode == "2BP01" { return "drop what depends on it first" }
        if error?.code == .undefinedObject { return "what it worked on was dropped or renamed since: bring it back" }
        return nil
    }

    /// Whoever keeps a lock for long is most likely the session whose transaction is the oldest.
    private func oldestTransaction() async -> String? {
        guard isPostgres else { return nil }
        let rows = try? await connection.run(
            """
            SELECT a.pid, coalesce(nullif(a.application_name, ''), 'unnamed') AS application,
              coalesce(a.state, 'in an unknown state') AS state,
              date_trunc('second', clock_timestamp() - a.xact_start)::text AS age
            FROM pg_catalog.pg_stat_activity a
            WHERE a.datname = current_database() AND a.pid <> pg_backend_pid() AND a.xact_start IS NOT NULL
              AND a.backend_type = 'client backend'
            ORDER BY a.xact_start LIMIT 1
            """
        )
        guard let row = rows?.first, let session = try? row.decode(Int.self, "pid"),
            let application = try? row.decode(String.self, "application"),
            let state = try? row.decode(String.self, "state"), let age = try? row.decode(String.self, "age")
        else { return nil }
        return "session \(session) (\(application), \(state)), open for \(age)"
    }
}
