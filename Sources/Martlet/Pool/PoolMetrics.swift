/// What a pool is doing and has done, at one instant.
public struct PoolMetrics: Sendable, Hashable {
    /// Connections that are lent: `db.client.connection.count` with state `used`.
    public internal(set) var used = 0
    /// Connections that wait for a borrower: `db.client.connection.count` with state `idle`.
    public internal(set) var idle = 0
    /// Connections that are being opened, validated or closed.
    public internal(set) var changing = 0
    /// The most there may be: `db.client.connection.max`.
    public internal(set) var max = 0
    /// The fewest idle or used that are kept: `db.client.connection.idle.min`.
    public internal(set) var min = 0
    /// Tasks that wait: `db.client.connection.pending_requests`.
    public internal(set) var pendingRequests = 0
    /// Requests that ran into their deadline: `db.client.connection.timeouts`.
    public internal(set) var timeouts = 0
    /// Connections that were opened.
    public internal(set) var opened = 0
    /// Connections that were closed.
    public internal(set) var closed = 0
    /// Attempts to connect that failed.
    public internal(set) var connectFailures = 0
    /// Loans that lasted longer than `leakAfter`.
    public internal(set) var leaksSuspected = 0
    /// Time to open a connection: `db.client.connection.create_time`.
    public internal(set) var createTime = PoolHistogram()
    /// Time from asking to getting a connection: `db.client.connection.wait_time`.
    public internal(set) var waitTime = PoolHistogram()
    /// Time from getting to giving back: `db.client.connection.use_time`.
    public internal(set) var useTime = PoolHistogram()
}
