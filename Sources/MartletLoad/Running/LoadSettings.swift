/// How a load is run.
package struct LoadSettings: Sendable, Hashable {
    /// When it ends.
    package enum Length: Sendable, Hashable {
        /// After so many runs on each connection.
        case runsPerConnection(Int)
        /// After so much time: no run begins later, and those that began are waited for.
        case duration(Duration)
    }

    /// Clients at the same time; each keeps a session, unless it borrows.
    package var connections: Int
    /// Whether clients ask the engine for a session for each run: those of a `PooledEngine` then share its pool.
    package var borrows: Bool
    package var length: Length
    /// Starts in a second on all connections together, at random instants (a Poisson process); nil: each connection
    /// begins the next run when it has the answer to the one before.
    package var rate: Double?
    /// Time for runs that are not counted.
    package var warmUp: Duration
    /// Where the random numbers begin.
    package var seed: UInt64

    package init(
        connections: Int,
        borrows: Bool = false,
        length: Length,
        rate: Double? = nil,
        warmUp: Duration = .zero,
        seed: UInt64
    ) {
        precondition(connections > 0, "a load needs a connection")
        precondition(rate.map { $0 > 0 && $0.isFinite } ?? true, "a rate is more than zero")
        self.connections = connections
        self.borrows = borrows
        self.length = length
        self.rate = rate
        self.warmUp = warmUp
        self.seed = seed
    }
}
