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
        let begun = try await journal.save(entry.beginningStep(direction, at: clock()))
        let finished =
            step.isTransactional
            ? try await performTransactionally(direction, begun, before: entry, force: force)
            : try await performAlone(direction, begun, before: entry, force: force)
        let found = direction == .up && finished.records[entry.step] == .found
        events(.stepDone(number: entry.step + 1, of: steps.count, direction: direction, found: found))
        return finished
    }

    /// The step and its journal entry take effect together or not at all.
    private func performTransactionally(
        _ direction: MigrationEvent.Direction,
        _ begun: JournalEntry,
        before: JournalEntry,
        force: Bool
    ) async throws -> JournalEntry {
        let step = begun.steps(direction)[begun.step]
        return try await retrying {
            try await connection.transaction { connection in
                var found = false
                if let action = IndexAction(step) {
                    switch try await decide(action, begun, force: force, inTransaction: true) {
                    case .done: found = true
                    case .run: try await connection.runScript(step.sql)
                    case .clear(let leftovers):
                        for leftover in leftovers {
                            events(.clearingLeftover(index: leftover.description))
                            try await connection.run("DROP INDEX \(leftover)")
                        }
                        try await connection.runScript(step.sql)
                    case .wait(let builder): throw isBeingBuilt(action, by: builder)
                    case .refuse(let code, let message): throw MigrationError(code, message)
                    }
                } else {
                    try await connection.runScript(step.sql)
                }
                return try await journal.save(begun.finishingStep(direction, found: found, at: clock()))
            }
        }
    }

    /// The step cannot be in a transaction, so the database is asked what became of it whenever that is unknown.
    private func performAlone(
        _ direction: MigrationEvent.Direction,
        _ begun: JournalEntry,
        before: JournalEntry,
        force: Bool
    ) async throws -> JournalEntry {
        let step = begun.steps(direction)[begun.step]
        guard let action = IndexAction(step) else {
            try await retrying { try await connection.run("\(unsafeSQL: step.sql)") }
            return try await journal.save(begun.finishingStep(direction, found: false, at: clock()))
        }
        var touched = false
        try await retrying {
            var decision = try await decide(action, begun, force: force, inTransaction: false)
            if case .clear(let leftovers) = decision {
                touched = true
                for leftover in leftovers { try await clear(leftover) }
                decision = try await decide(action, begun, force: force, inTransaction: false)
            }
            switch decision {
            case .done: return
            case .run:
                touched = true
                try await connection.run("\(unsafeSQL: step.sql)")
            case .clear(let leftovers):
                throw EngineError(.lockTimeout, "\(action.title): \(leftovers[0]) came back while it was dropped")
            case .wait(let builder): throw isBeingBuilt(action, by: builder)
            case .refuse(let code, let message): throw MigrationError(code, message)
            }
        }
        // Found untouched in this run: whose it is depends on whether an earlier run had begun to make it.
        var current = begun
        if !touched { current.records = before.records }
        return try await journal.save(current.finishingStep(direction, found: !touched, at: clock()))
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
