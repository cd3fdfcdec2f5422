package import MartletCore

/// Applies migrations, so that each can be undone and none is lost when a process ends.
///
/// Every call opens its own connection and closes it. On PostgreSQL one runner acts at a time, and no statement waits
/// longer for a lock than the policy says; on SQLite each step takes the write lock of the file.
package struct MigrationRunner: Sendable {
    private let engine: any Engine
    private let policy: MigrationPolicy
    private let clock: @Sendable () -> Timestamp
    private let sleep: @Sendable (Duration) async throws -> Void
    private let events: @Sendable (MigrationEvent) -> Void

    /// Runs on this engine.
    ///
    /// `clock` dates the journal, `sleep` passes the pauses between attempts.
    package init(
        engine: any Engine,
        policy: MigrationPolicy = MigrationPolicy(),
        clock: @escaping @Sendable () -> Timestamp,
        sleep: @escaping @Sendable (Duration) async throws -> Void,
        events: @escaping @Sendable (MigrationEvent) -> Void = { _ in }
    ) {
        self.engine = engine
        self.policy = policy
        self.clock = clock
        self.sleep = sleep
        self.events = events
    }

    /// Enters the migration into the journal, makes its steps and verifies them.
    ///
    /// A migration that does the same and was interrupted is gone on with; one that is applied is left as it is.
    package func apply(_ migration: Migration) async throws(MigrationError) -> MigrationReport {
        let attempt = "apply \(migration.id)"
        return try await attempting(attempt, .readWrite) { session in
            try await session.exclusively(as: attempt) { try await session.apply(session.admit(migration)) }
        }
    }

    /// Goes on with a migration of the journal, or makes it again after it was rolled back.
    package func resume(_ id: String) async throws(MigrationError) -> MigrationReport {
        let attempt = "apply \(id)"
        return try await attempting(attempt, .readWrite) { session in
            try await session.exclusively(as: attempt) {
                try await session.apply(required(session.journal.entry(id), id, attempt))
            }
        }
    }

    /// Undoes exactly what a migration made.
    ///
    /// What was changed since is refused unless `force` is set; an index of another definition is never replaced.
    package func rollback(_ id: String, force: Bool = false) async throws(MigrationError) -> MigrationReport {
        let attempt = "roll back \(id)"
        return try await attempting(attempt, .readWrite) { session in
            try await session.exclusively(as: attempt) {
                try await session.rollback(required(session.journal.entry(id), id, attempt), force: force)
            }
        }
    }

    /// Leaves what a migration made as it is, and says in the journal that nobody will undo it.
    ///
    /// For one that cannot be undone any more, because what it worked on is gone. Runs none of its statements.
    package func forget(_ id: String) async throws(MigrationError) -> MigrationReport {
        let attempt = "forget \(id)"
        return try await attempting(attempt, .readWrite) { session in
            try await session.exclusively(as: attempt) {
                try await session.forget(required(session.journal.entry(id), id, attempt))
            }
        }
    }

    /// Asks the database whether the change is in place.
    ///
    /// Reads only.
    package func verify(_ id: String) async throws(MigrationError) -> MigrationVerification {
        let attempt = "verify \(id)"
        return try await attempting(attempt, .readOnly) { session in
            let entry = try required(await session.journal.entry(id), id, attempt)
            return try await session.verification(of: entry.migration.plan)
        }
    }

    /// Reads where all migrations stand.
    ///
    /// Reads only; a database without a journal has none.
    package func status() async throws(MigrationError) -> MigrationStatus {
        try await attempting("read the journal of \(engine.displayName)", .readOnly) { session in
            MigrationStatus(
                entries: try await session.journal.entries(),
                activeRunner: try await RunnerLock(connection: session.connection).holder()
            )
        }
    }

    private func required(
        _ entry: JournalEntry?,
        _ id: String,
        _ attempt: String
    ) throws(MigrationError) -> JournalEntry {
        if let entry { return entry }
        throw MigrationError(
            .unknownMigration,
            "\(attempt): the journal of \(engine.displayName) has no such migration; ask for the status to see all"
        )
    }

    private func attempting<Success: Sendable>(
        _ attempt: String,
        _ access: Access,
        _ body: (MigrationSession) async throws -> Success
    ) async throws(MigrationError) -> Success {
        do {
            return try await engine.withConnection(access) { connection in
                try await body(
                    MigrationSession(
                        engine: engine,
                        connection: connection,
                        policy: policy,
                        clock: clock,
                        sleep: sleep,
                        events: events
                    )
                )
            }
        } catch {
            throw MigrationError(error, attempting: attempt)
        }
    }
}
