/// What a transaction sees of others.
public enum Isolation: Sendable, Hashable {
    /// Each statement sees what was committed before it. SQLite's transactions are always serializable.
    case readCommitted
    /// All statements see one snapshot.
    case repeatableRead
    /// As if transactions ran one after the other.
    case serializable
}

extension Connection {
    /// Runs a body within a transaction: committed when it returns, rolled back when it throws.
    ///
    /// Two round trips more than the body, and one when `readOnly` on PostgreSQL costs nothing beside. On SQLite a
    /// transaction that may write takes the write lock at once, so it never fails half way for a stale snapshot.
    ///
    /// A transaction that returns has kept its rows. On PostgreSQL a statement that fails ends the transaction even if
    /// the body catches the error: this call then throws `.transactionAborted`, and nothing is kept. Run what may fail
    /// within a `savepoint`. Not within a transaction that is open on the connection, which both engines refuse with
    /// `.unsupported` before anything is run.
    public func transaction<Success: Sendable>(
        isolation: Isolation = .readCommitted,
        readOnly: Bool = false,
        _ body: (any Connection) async throws -> Success
    ) async throws -> Success {
        try await run(.begin(isolation: isolation, readOnly: readOnly, dialect))
        return try await finish(commit: "COMMIT", rollback: ["ROLLBACK"], body)
    }

    /// Runs a body within a transaction, and again from its start where that may help: after a deadlock, a failure to
    /// serialize or a lock that was not to be had in time, and after no other error.
    ///
    /// The body may run so many times as there are attempts, so it should change nothing but the database. Between two
    /// attempts there is a pause of 10 ms, then of twice as long as the last up to a second, each cut at random by up
    /// to a half, so that those who met do not meet again. Throws what the last attempt threw.
    public func transaction<Success: Sendable>(
        attempts: Int,
        isolation: Isolation = .readCommitted,
        readOnly: Bool = false,
        _ body: (any Connection) async throws -> Success
    ) async throws -> Success {
        var pause = Duration.milliseconds(10)
        var left = attempts
        while true {
            left -= 1
            do {
                return try await transaction(isolation: isolation, readOnly: readOnly, body)
            } catch let error as EngineError {
                guard left > 0, error.code.isRetryable else { throw error }
            }
            try await Task.sleep(for: pause * Double.random(in: 0.5...1))
            pause = min(pause * 2, .seconds(1))
        }
    }

    /// Runs a body within a savepoint of the open transaction: released when it returns, undone when it throws.
    public func savepoint<Success: Sendable>(
        _ name: Identifier,
        _ body: (any Connection) async throws -> Success
    ) async throws -> Success {
        try await run("SAVEPOINT \(name)")
        return try await finish(
            commit: "RELEASE SAVEPOINT \(name)",
            rollback: ["ROLLBACK TO SAVEPOINT \(name)", "RELEASE SAVEPOINT \(name)"],
            body
        )
    }

    private func finish<Success: Sendable>(
        commit: BoundStatement,
        rollback: [BoundStatement],
        _ body: (any Connection) async throws -> Success
    ) async throws -> Success {
        do {
            let success = try await body(self)
            try await run(commit)
            return success
        } catch {
            await rollBackShielded(by: rollback)
            throw error
        }
    }

    /// Rolls back even when the task that asks for it has been cancelled: it must reach the server.
    ///
    /// What fails with it is not told: there is an error already that led here.
    package func rollBackShielded(by statements: [BoundStatement] = ["ROLLBACK"]) async {
        await Task {
            for statement in statements { _ = try? await self.run(statement) }
        }
        .value
    }
}

extension BoundStatement {
    /// Begins a transaction.
    package static func begin(isolation: Isolation, readOnly: Bool, _ dialect: Dialect) -> BoundStatement {
        if dialect == .sqlite { return readOnly ? "BEGIN DEFERRED" : "BEGIN IMMEDIATE" }
        switch (isolation, readOnly) {
        case (.readCommitted, false): return "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"
        case (.readCommitted, true): return "BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY"
        case (.repeatableRead, false): return "BEGIN ISOLATION LEVEL REPEATABLE READ READ WRITE"
        case (.repeatableRead, true): return "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
        case (.serializable, false): return "BEGIN ISOLATION LEVEL SERIALIZABLE READ WRITE"
        case (.serializable, true): return "BEGIN ISOLATION LEVEL SERIALIZABLE READ ONLY"
        }
    }
}
