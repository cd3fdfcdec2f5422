import MartletCore

/// How an entry changes as steps are made and undone. Pure.
extension JournalEntry {
    /// The steps of a direction.
    func steps(_ direction: MigrationEvent.Direction) -> [MigrationStep] {
        direction == .up ? migration.plan.up : migration.plan.down
    }

    /// The entry as steps begin to be made; what was made before counts unless it was rolled back or has vanished.
    func applying(at now: Timestamp) -> JournalEntry {
        var next = self
        if state.isOver || state == .applied {
            next.step = 0
            next.records = records.map { _ in .pending }
        }
        return next.moving(to: .applying, "apply begins", at: now)
    }

    /// The entry as steps begin to be undone.
    func rollingBack(at now: Timestamp) -> JournalEntry {
        var next = self
        if state != .rollingBack { next.step = 0 }
        return next.moving(to: .rollingBack, "rollback begins", at: now)
    }

    /// The entry once nobody wants it undone any more.
    func forgetting(at now: Timestamp) -> JournalEntry {
        var next = self
        // Steps of one direction would not count for the other.
        if state == .rollingBack { next.step = 0 }
        return next.moving(to: .forgotten, "forgotten", at: now)
    }

    /// The entry in another state that its own allows, or again in its own.
    func moving(to state: MigrationState, _ message: String, at now: Timestamp) -> JournalEntry {
        precondition(state == self.state || self.state.successors.contains(state), "\(self.state) to \(state)")
        var next = self
        next.state = state
        next.message = message
        next.updatedAt = now
        return next
    }

    /// The entry as its next step begins.
    func beginningStep(_ direction: MigrationEvent.Direction, at now: Timestamp) -> JournalEntry {
        var next = self
        let step = steps(direction)[step]
        // A transactional step is made together with its entry, so that it is never in between.
        if direction == .up, !step.isTransactional { next.records[self.step] = .begun }
        let title = IndexAction(step, dialect: migration.dialect)?.title ?? "step"
        next.message = "\(title) begun as step \(self.step + 1) of \(steps(direction).count)"
        next.updatedAt = now
        return next
    }

    /// The entry as its next step is finished; `found` if it was so before anything was done.
    func finishingStep(_ direction: MigrationEvent.Direction, found: Bool, at now: Timestamp) -> JournalEntry {
        var next = self
        switch direction {
        case .up:
            // What is found after this migration had begun to make it, it made.
            next.records[step] = found && records[step] != .begun ? .found : .made
        case .down:
            if let up = upStep(undoneBy: step) { next.records[up] = .undone }
        }
        next.step += 1
        next.message = "step \(next.step) of \(steps(direction).count) done"
        next.updatedAt = now
        return next
    }

    /// The entry as its next step of `down` is passed over.
    func skippingStep(at now: Timestamp) -> JournalEntry {
        var next = self
        next.step += 1
        next.message = "step \(next.step) of \(migration.plan.down.count) not needed"
        next.updatedAt = now
        return next
    }

    /// Why the next step of `down` has nothing to undo; nil if it has.
    var reasonToSkip: String? {
        guard let up = upStep(undoneBy: step) else { return nil }
        switch records[up] {
        case .pending: return "the step that it undoes was not reached"
        case .found: return "what it undoes was there before this migration"
        case .undone: return "it is undone already"
        case .begun, .made: return nil
        }
    }
}
