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
/// and `removeIdle` removes those. What is denied changes nothing.
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
    ///   - cost: how many tokens.
    ///   - connection: where.
    /// - Returns: whether it may happen; nothing is taken if not.
    /// - Throws: the error of the database; whether tokens were taken is then unknown if the connection was lost.
    public func take(
        _ name: String,
        _ limit: RateLimit,
        cost: Int = 1,
        on connection: any Connection
    ) async throws(EngineError) -> RateDecision {
        precondition(1...limit.capacity ~= cost, "more than the bucket holds is never allowed")
        let price = limit.tokenMicroseconds * Int64(cost)
        let values: [Value] = [.text(name), .integer(price), .integer(limit.bucketMicroseconds)]
        let taken = try await connection.run(takeStatement.binding(values: values))
        if let row = taken.first, try row.decode(Bool.self, at: 2) {
            let ahead = try row.decode(Int64.self, at: 0) - row.decode(Int64.self, at: 1)
            let left = (limit.bucketMicroseconds - ahead) / limit.tokenMicroseconds
            return .allowed(remaining: Int(left))
        }
        let state = dialect == .sqlite ? try await connection.run(stateStatement.binding(values: [.text(name)])) : taken
        // A bucket that came into being at this moment may not be seen yet.
        guard let row = state.first else { return .denied(retryAfter: .microseconds(price)) }
        let ahead = try row.decode(Int64.self, at: 0) - row.decode(Int64.self, at: 1)
        return .denied(retryAfter: .microseconds(max(1, ahead + price - limit.bucketMicroseconds)))
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
                    switch try await take(name, limit, on: connection) {
                    case .allowed(let left): remaining = min(remaining, left)
                    case .denied(let retryAfter): throw Denial(retryAfter: retryAfter)
                    }
                }
                return .allowed(remaining: remaining)
            }
        } catch let denial as Denial {
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

    private var stateStatement: Statement {
        Statement(
            unsafeText: "SELECT full_at, \(DatabaseClock.microseconds(dialect)) FROM \(table.quoted) WHERE name = $1"
        )
    }
}
