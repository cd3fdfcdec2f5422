import MartletCore

/// Making and undoing single steps, so that a process may end at any moment.
extension MigrationSession {
    /// Makes the entry's next step of that direction and returns the entry after it.
    ///
    /// `force` undoes an index even if it is not the one that was made.
    func perform(
        _ direction: MigrationEvent.Direction,
        _ entry: JournalEntry,
        force: Bool = false
    ) async throws -> JournalEntry {
        let steps = entry.steps(direction)
        let step = steps[entry.step]
        events(
            .stepBegins(
                number: entry.step + 1,
                of: steps.count,
                direction: direction,
                sql: step.sql,
                lock: step.lock
            )
        )
        let finished =
            step.isTransactional
            ? try await performTransactionally(direction, entry, force: force)
            : try await performAlone(direction, entry, force: force)
        let found = direction == .up && finished.records[entry.step] == .found
        events(.stepDone(number: entry.step + 1, of: steps.count, direction: direction, found: found))
        return finished
    }

    /// The step and its journal entry take effect together or not at all.
    private func performTransactionally(
        _ direction: MigrationEvent.Direction,
        _ entry: JournalEntry,
        force: Bool
    ) async throws -> JournalEntry {
        let step = entry.steps(direction)[entry.step]
        let begun = try await journal.save(entry.beginningStep(direction, at: clock()))
        return try await retrying {
            try await connection.transaction { connection in
                var found = false
                if let action = IndexAction(step, dialect: connection.dialect) {
                    found = try await runWithinTransaction(step, action, begun, force: force)
                } else {
                    try await connection.runScript(step.sql)
                }
                return try await journal.save(begun.finishingStep(direction, found: found, at: clock()))
            }
        }
    }

    /// Returns whether the index was as it should be before.
    private func runWithinTransaction(
        _ step: MigrationStep,
        _ action: IndexAction,
        _ entry: JournalEntry,
        force: Bool
    ) async throws -> Bool {
        switch try await decide(action, entry, force: force, inTransaction: true) {
        case .done: return true
        case .run: break
        case .clear(let leftovers):
            for leftover in leftovers {
                events(.clearingLeftover(index: leftover.description))
                try await connection.run("DROP INDEX \(leftover)")
            }
        case .wait(let builder): throw isBeingBuilt(action, by: builder)
        case .refuse(let code, let message): throw MigrationError(code, message)
        }
        try await connection.runScript(step.sql)
        return false
    }

    /// The step cannot be in a transaction, so the database is asked what became of it whenever that is unknown.
    ///
    /// It is entered as begun only once it is known that there is something to do: what was there before this
    /// migration must never count as made by it.
    private func performAlone(
        _ direction: MigrationEvent.Direction,
        _ entry: JournalEntry,
        force: Bool
    ) async throws -> JournalEntry {
        let step = entry.steps(direction)[entry.step]
        guard let action = IndexAction(step, dialect: connection.dialect) else {
            let begun = try await journal.save(entry.beginningStep(direction, at: clock()))
            try await retrying { try await connection.run("\(unsafeSQL: step.sql)") }
            return try await journal.save(begun.finishingStep(direction, found: false, at: clock()))
        }
        var current = entry
        var isTouched = false
        try await retrying {
            var decision = try await decide(action, entry, force: force, inTransaction: false)
            if !isTouched, decision.needsWork {
                current = try await journal.save(current.beginningStep(direction, at: clock()))
                isTouched = true
            }
            if case .clear(let leftovers) = decision {
                for leftover in leftovers { try await clear(leftover) }
                decision = try await decide(action, entry, force: force, inTransaction: false)
            }
            switch decision {
            case .done: return
            case .run: try await watching(action.index) { try await connection.run("\(unsafeSQL: step.sql)") }
            case .clear(let leftovers):
                throw EngineError(.lockTimeout, "\(action.title): \(leftovers[0]) came back while it was dropped")
            case .wait(let builder): throw isBeingBuilt(action, by: builder)
            case .refuse(let code, let message): throw MigrationError(code, message)
            }
        }
        return try await journal.save(current.finishingStep(direction, found: !isTouched, at: clock()))
    }

    /// Drops what an interrupted build left behind.
    func clear(_ leftover: QualifiedName) async throws {
        events(.clearingLeftover(index: leftover.description))
        try await connection.run("DROP INDEX CONCURRENTLY IF EXISTS \(leftover)")
    }

    func decide(
        _ action: IndexAction,
        _ entry: JournalEntry,
        force: Bool,
        inTransaction: Bool
    ) async throws -> IndexDecision {
        guard var found = try await inspector.state(of: action.index) else {
            return IndexDecision(action, found: nil, isExpected: nil)
        }
        let expected: IndexStatement?
        switch action {
        case .create(_, let statement): expected = statement
        case .drop(let index): expected = force ? nil : entry.creation(of: index)
        case .rebuild(let index):
            expected = nil
            found.leftovers = try await inspector.leftovers(of: index)
        }
        var isExpected: Bool?
        if let expected, found.builder == nil {
            isExpected = try await inspector.isSame(
                found,
                named: action.index,
                as: expected,
                inTransaction: inTransaction
            )
        }
        return IndexDecision(action, found: found, isExpected: isExpected)
    }

    private func isBeingBuilt(_ action: IndexAction, by builder: Int) -> EngineError {
        EngineError(.lockTimeout, "\(action.title): session \(builder) is building it at this moment")
    }
}
