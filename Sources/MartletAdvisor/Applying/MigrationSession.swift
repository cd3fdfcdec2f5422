import MartletCore

/// One connection that migrates: its settings, its lock, its attempts.
///
/// It carries out what the pure parts decide.
struct MigrationSession: Sendable {
    let engine: any Engine
    let connection: any Connection
    let policy: MigrationPolicy
    let clock: @Sendable () -> Timestamp
    let sleep: @Sendable (Duration) async throws -> Void
    let events: @Sendable (MigrationEvent) -> Void

    var journal: MigrationJournal { MigrationJournal(connection: connection) }
    var inspector: IndexInspector { IndexInspector(connection: connection) }
    var isPostgres: Bool { connection.dialect == .postgres }

    /// Makes ready, takes the runner's lock, lends itself to the body and lets go.
    func exclusively<Success: Sendable>(
        as purpose: String,
        _ body: () async throws -> Success
    ) async throws -> Success {
        try await prepare(purpose)
        try await takeLock(purpose)
        do {
            let success = try await body()
            await releaseLock()
            return success
        } catch {
            await releaseLock()
            throw error
        }
    }

    /// An index may take hours to build: no deadline of the role may end that, only a lock that is not to be had.
    private func prepare(_ purpose: String) async throws {
        guard isPostgres else { return }
        try await connection.run(
            """
            SELECT set_config('lock_timeout', \("\(max(policy.lockTimeout.timeoutMilliseconds, 1))ms")::text, false),
              set_config('statement_timeout', '0', false),
              set_config('application_name', \("martlet \(purpose)")::text, false)
            """
        )
    }

    private func takeLock(_ purpose: String) async throws {
        let lock = RunnerLock(connection: connection)
        for attempt in 1...policy.runnerLockAttempts {
            if try await lock.tryTake() { return }
            let holder = try await lock.holder() ?? "another process, which is just done"
            if attempt == policy.runnerLockAttempts {
                throw MigrationError(
                    .anotherRunner,
                    "\(purpose): this database is being migrated by \(holder); "
                        + "wait until it is done, or end that session, then run the command again"
                )
            }
            events(.waitingForRunner(holder: holder, attempt: attempt, of: policy.runnerLockAttempts))
            try await sleep(policy.runnerLockPause)
        }
    }

    /// Also when the task has been cancelled: a pooled connection would keep the lock.
    private func releaseLock() async {
        await Task { await RunnerLock(connection: connection).release() }.value
    }

    /// Runs a body again while a lock is not to be had, up to the policy's bound or a smaller one.
    @discardableResult
    func retrying<Success>(_ attempts: Int? = nil, _ body: () async throws -> Success) async throws -> Success {
        let attemptsMax = attempts ?? policy.attempts
        var attempt = 1
        while true {
            do {
                return try await body()
            } catch let error as EngineError where error.code.isRetryable && attempt < attemptsMax {
                let pause = policy.pause(afterAttempt: attempt)
                attempt += 1
                events(.retry(attempt: attempt, of: attemptsMax, pause: pause, reason: error.message))
                try await sleep(pause)
            }
        }
    }

    /// Runs the verifying queries.
    ///
    /// A query that cannot be run says that the change is not in place.
    func verification(of plan: MigrationPlan) async throws -> MigrationVerification {
        events(.verifying(queries: plan.verify.count))
        var checks: [MigrationVerification.Check] = []
        for query in plan.verify {
            do {
                let rows = try await connection.run("\(unsafeSQL: query)")
                let isTrue = rows.count == 1 && rows[0].values.first.flatMap(Bool.init(from:)) == true
                checks.append(.init(query: query, isTrue: isTrue))
            } catch  where error.code == .connectionLost || error.code == .cancelled {
                throw error
            } catch {
                checks.append(.init(query: query, isTrue: false, problem: error.description))
            }
        }
        return MigrationVerification(checks: checks)
    }
}
