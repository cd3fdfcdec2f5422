/// How large a pool is, and how long anything in it may take.
public struct PoolConfiguration: Sendable, Hashable {
    /// `db.client.connection.pool.name` of its figures; nil for where the engine's database is.
    public var name: String?
    /// How often a pool with a metrics factory tells what there is at that instant.
    public var reportInterval = Duration.seconds(10)

    /// Connections that are kept open even when nobody wants them; from 0 to `max`.
    ///
    /// A pool that is made with numbers outside the ranges that are given here ends the process.
    public var min = 0
    /// Connections that are kept while they are wanted, 1 or more; see `martlet pool advise` for a good number.
    public var max = 10
    /// Connections beyond `max` that are opened when somebody would wait, and closed as soon as nobody does; 0 or more.
    public var overflow = 0
    /// Tasks that may wait, 0 or more; the next is refused at once.
    public var waitersMax = 10_000

    /// How long a task may wait for a connection, opening and validating included.
    ///
    /// It never starts anew.
    public var acquireTimeout = Duration.seconds(30)
    /// How long a connection beyond `min` may be idle.
    public var idleTimeout = Duration.seconds(60)
    /// The age from which a connection is not lent again; each one's is up to a tenth less.
    public var ageMax = Duration.seconds(3_600)
    /// The idle time from which a connection is asked whether it is alive before it is lent: one round trip.
    public var validateAfter = Duration.seconds(30)
    /// How long the answer to that, or to the ROLLBACK of a forgotten transaction, may take.
    public var validationTimeout = Duration.seconds(5)
    /// How long a connection may be held before its borrower is reported; nil for never.
    public var leakAfter: Duration? = .seconds(60)

    /// How long a statement may run.
    ///
    /// PostgreSQL: `statement_timeout`, 24 days at most, as the two below. SQLite: the deadline of each `run` and
    /// `runPipelined`.
    public var statementTimeout: Duration?
    /// How long a statement may wait for a lock.
    ///
    /// PostgreSQL: `lock_timeout`. SQLite waits five seconds, and no longer than the call may take.
    public var lockTimeout: Duration?
    /// How long a transaction may stay open without a statement.
    ///
    /// PostgreSQL only.
    public var idleInTransactionTimeout: Duration?

    /// A pool of up to ten connections.
    public init() {}

    /// A pool of this size.
    public init(min: Int = 0, max: Int, overflow: Int = 0) {
        self.min = min
        self.max = max
        self.overflow = overflow
    }

    var limits: PoolLimits {
        var limits = PoolLimits()
        limits.min = min
        limits.max = max
        limits.overflow = overflow
        limits.waitersMax = waitersMax
        limits.idleTimeout = idleTimeout
        limits.ageMax = ageMax
        limits.validateAfter = validateAfter
        limits.leakAfter = leakAfter
        return limits
    }
}
