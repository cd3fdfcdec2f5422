public import MartletCore

extension Engine {
    /// Runs reads that do not need one another's results on several connections at once.
    ///
    ///     let (totals, latest) = try await engine.parallel(connections: 2, snapshot: true) {
    ///         Read("SELECT status, count(*) FROM renders GROUP BY status")
    ///         Read("SELECT id, status FROM renders ORDER BY created_at DESC LIMIT 20")
    ///     }
    ///
    /// For reads that keep the database busy: each connection has a process of the server, or on SQLite a thread, of
    /// its own. Reads beyond the number of connections share them, in one round trip each. When one fails, the others
    /// are cancelled on the server before its error is thrown. Meant for an engine that keeps its connections, as
    /// `PooledEngine` does; four round trips more with a snapshot. Reads for which no connection is free run on those
    /// that were, so calls of a small pool do not wait for one another.
    ///
    /// - Parameters:
    ///   - connections: the share of the engine's connections that this call may hold at once.
    ///   - snapshot: whether all see the database at one instant. SQLite then runs them on one connection.
    ///   - timeout: for the reads of each connection together.
    ///   - reads: the reads, one below the other.
    /// - Returns: the results in the order of the reads.
    /// - Throws: the first error of the database or of a read's closure.
    public func parallel<each Success: Sendable>(
        connections: Int,
        snapshot: Bool = false,
        timeout: Duration? = nil,
        @ReadsBuilder _ reads: () -> Reads<repeat each Success>
    ) async throws -> (repeat each Success) {
        let reads = reads()
        let lanes = ReadLanes(reads.statements, connections: connections, snapshot: snapshot, timeout: timeout)
        return try reads.decode(try await lanes.run(on: self))
    }

    /// Runs any number of reads of one kind on several connections at once, and returns their results in order.
    public func parallel<Success: Sendable>(
        _ reads: [Read<Success>],
        connections: Int,
        snapshot: Bool = false,
        timeout: Duration? = nil
    ) async throws -> [Success] {
        let lanes = ReadLanes(reads.map(\.statement), connections: connections, snapshot: snapshot, timeout: timeout)
        return try zip(reads, try await lanes.run(on: self)).map { try $0.decode($1) }
    }
}
