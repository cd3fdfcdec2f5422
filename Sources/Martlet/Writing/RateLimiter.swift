public import MartletCore

/// Counts in the database how often something happened, so that a limit holds for all processes together.
///
///     let limiter = RateLimiter(for: .postgres)
///     try await limiter.install(on: connection)                        // once
///     let decision = try await limiter.take("login:\(account)", RateLimit(5, per: .seconds(60)), on: connection)
///     guard decision.isAllowed else { … }                              // 429
///
/// One conditional statement and one round trip (on SQLite two when denied): whatever number of callers race, no more
/// are allowed than the limit says, on the clock of the database. A row per name holds the instant at which its bucket
/// is full again, in whole microseconds (the generic cell rate algorithm); a name whose bucket is full needs no row,
/// and `removeIdle` removes those. What is denied takes nothing. When the clock of the database has gone back, a
/// name waits for as long as its bucket takes to fill at the most: whoever is denied first sets it right, in one
/// statement more.
///
/// Call it outside a transaction: within one, others who ask for the name wait until it ends, and a rollback gives the
/// tokens back.
public struct RateLimiter: Sendable {
    /// The table that holds the buckets.
    public let table: QualifiedName
    private let dialect: Dialect

    /// Names the table, `martlet_rate_limit` in the default schema unless said otherwise.
    public init(for dialect: Dialect, table: QualifiedName? = nil) {
        self.dialect = dialect
        self.table =
            table ?? QualifiedName(schema: dialect == .sqlite ? "main" : "public", name: "martlet_rate_limit")
    }

    /// The statement that makes the table, for migrations of your own.
    public var installationSQL: String {
        let definition =
            switch dialect {
            case .postgres: "(name text PRIMARY KEY, full_at bigint NOT NULL)"
            case .sqlite: "(name TEXT PRIMARY KEY, full_at INTEGER NOT NULL) WITHOUT ROWID"
            }
        return "CREATE TABLE IF NOT EXISTS \(table.quoted) \(definition)"
    }

    /// The same as a migration that can be undone.
    package var migration: MigrationPlan {
        MigrationPlan(
            name: "rate-limits",
            summary: "Keeps how often something happened, for limits that hold for all processes together.",
            up: [MigrationStep(sql: installationSQL, lock: "none: the table is new")],
            down: [
                MigrationStep(sql: "DROP TABLE IF EXISTS \(table.quoted)", lock: "ACCESS EXCLUSIVE on \(table)")
            ],
            verify: ["SELECT count(*) >= 0 FROM \(table.quoted)"]
        )
    }

    /// Makes the table if it is not there; one round trip.
    public func install(on connection: any Connection) async throws(EngineError) {
        try await connection.run(BoundStatement(Statement(unsafeText: installationSQL)))
    }

    /// Takes tokens from the bucket of a name if it holds as many.
    ///
    /// - Parameters:
    ///   - name: who or what is limited, such as `login:42` or `address:192.0.2.1`.
    ///   - limit: how often; a name should always be asked for with the same limit.
    ///   - cost: how many tokens, from 1 to the capacity of the limit.
    ///   - connection: where.
    /// - Returns: whether it may happen; nothing is taken if not.
    /// - Throws: the error of the database; whether tokens were taken is then unknown if the connection was lost. With
    ///   the code `.invalidValue`, before anything is run, for a cost that the bucket never holds.
    public func take(
        _ name: String,
        _ limit: RateLimit,
        cost: Int = 1,
        on connection: any Connection
    ) async throws(EngineError) -> RateDecision {
        let answer = try await ask(name, limit, cost: cost, on: connection)
        if answer.isAhead { try await bringBack(name, limit, on: connection) }
        return answer.decision
    }

    /// Takes a token from each of several buckets, or none from any if one of them is empty.
    ///
    /// For limits that hold together, such as one per account and one per address. A transaction of one statement per
    /// name, in the order of the names, so that callers who share some cannot deadlock.
    public func take(
        all limits: [String: RateLimit],
        on connection: any Connection
    ) async throws -> RateDecision {
        do {
            return try await connection.transaction { connection in
                var remaining = Int.max
                for (name, limit) in limits.sorted(by: { $0.key < $1.key }) {
                    let answer = try await ask(name, limit, cost: 1, on: connection)
                    switch answer.decision {
                    case .allowed(let left): remaining = min(remaining, left)
                    case .denied(let retryAfter):
                        throw Denial(retryAfter: retryAfter, ahead: answer.isAhead ? (name, limit) : nil)
                    }
                }
                return .allowed(remaining: remaining)
            }
        } catch let denial as Denial {
            // Behind the rollback, which would undo it.
            if let (name, limit) = denial.ahead { try await bringBack(name, limit, on: connection) }
            return .denied(retryAfter: denial.retryAfter)
        }
    }

    /// Removes the rows of names whose buckets are full, in small batches; nothing is forgotten by it.
    @discardableResult
    public func removeIdle(on connection: any Connection) async throws -> Int {
        try await connection.removeExpired(from: table, key: "name", expiry: "full_at", as: .unixMicroseconds)
    }

    /// Leaves the transaction, so that it is rolled back.
    private struct Denial: Error {
        let retryAfter: Duration
        let ahead: (name: String, limit: RateLimit)?
    }

    /// Takes tokens, and says whether the bucket is further from being full than an empty one is.
    private func ask(
        _ name: String,
        _ limit: RateLimit,
        cost: Int,
        on connection: any Connection
    ) async throws(EngineError) -> (decision: RateDecision, isAhead: Bool) {
        guard (1...limit.capacity).contains(cost) else {
            throw EngineError(
                .invalidValue,
                "A cost of \(cost) cannot be taken from a bucket of \(limit.capacity); take from 1 to what it holds."
            )
        }
        let price = limit.tokenMicroseconds * Int64(cost)
        let values: [Value] = [.text(name), .integer(price), .integer(limit.bucketMicroseconds)]
        let taken = try await connection.run(takeStatement.binding(values: values))
        if let row = taken.first, try row.decode(Bool.self, at: 2) {
            let ahead = try row.decode(Int64.self, at: 0) - row.decode(Int64.self, at: 1)
            let left = (limit.bucketMicroseconds - ahead) / limit.tokenMicroseconds
            return (.allowed(remaining: Int(left)), false)
        }
        let state = dialect == .sqlite ? try await connection.run(stateStatement.binding(values: [.text(name)])) : taken
        // A bucket that came into being at this moment may not be seen yet.
        guard let row = state.first else { return (.denied(retryAfter: .microseconds(price)), false) }
        let ahead = try row.decode(Int64.self, at: 0) - row.decode(Int64.self, at: 1)
        let wait = min(ahead, limit.bucketMicroseconds) + price - limit.bucketMicroseconds
        return (.denied(retryAfter: .microseconds(max(1, wait))), ahead > limit.bucketMicroseconds)
    }

    /// Makes a bucket empty that the clock has left further away than that by going back.
    private func bringBack(_ name: String, _ limit: RateLimit, on connection: any Connection) async throws(EngineError)
    {
        let values: [Value] = [.text(name), .integer(limit.bucketMicroseconds)]
        try await connection.run(bringBackStatement.binding(values: values))
    }

    // MARK: Statements

    /// Gives back when the bucket is full again, the time now, and whether it was taken from.
    ///
    /// A caller that had to wait for another's lock brings an older time: the later of the two counts, so no time is
    /// counted twice.
    private var takeStatement: Statement {
        let now = DatabaseClock.microseconds(dialect)
        let later = dialect == .postgres ? "greatest" : "max"
        let upsert = """
            INSERT INTO \(table.quoted) AS bucket (name, full_at) VALUES ($1, \(now) + $2)
            ON CONFLICT (name) DO UPDATE SET full_at = \(later)(bucket.full_at, \(now)) + $2
            WHERE \(later)(bucket.full_at, \(now)) + $2 <= \(now) + $3
            RETURNING full_at, \(now), 1 = 1
            """
        guard dialect == .postgres else { return Statement(unsafeText: upsert) }
        return Statement(
            unsafeText: """
                WITH taken (full_at, now, is_taken) AS (\(upsert))
                SELECT full_at, now, is_taken FROM taken
                UNION ALL SELECT full_at, \(now), false FROM \(table.quoted)
                WHERE name = $1 AND NOT EXISTS (SELECT FROM taken)
                """
        )
    }

    /// Looks at the clock when it has the row.
    ///
    /// A time that was read before a wait for another's lock would be behind what the other wrote, and it would look as
    /// if the clock had gone back.
    private var bringBackStatement: Statement {
        let now = DatabaseClock.presentMicroseconds(dialect)
        return Statement(
            unsafeText: "UPDATE \(table.quoted) SET full_at = \(now) + $2 WHERE name = $1 AND full_at > \(now) + $2"
        )
    }

    private var stateStatement: Statement {
        Statement(
            unsafeText: "SELECT full_at, \(DatabaseClock.microseconds(dialect)) FROM \(table.quoted) WHERE name = $1"
        )
    }
}
