import MartletCore

/// Statements dealt out to several connections, whose results are put in order again.
///
/// Whoever has a connection takes the next lane until none is left, and who still waits for one then waits no longer.
/// So nothing waits while it holds a connection, and a call that gets a single one of a small pool is served all the
/// same: many calls at once cannot stall one another.
struct ReadLanes: Sendable {
    private let statements: [BoundStatement]
    private let connectionsMax: Int
    private let snapshot: Bool
    private let timeout: Duration?

    init(_ statements: [BoundStatement], connections: Int, snapshot: Bool, timeout: Duration?) {
        precondition(connections > 0, "reads need at least one connection")
        self.statements = statements
        connectionsMax = connections
        self.snapshot = snapshot
        self.timeout = timeout
    }

    func run(on engine: any Engine) async throws -> [Rows] {
        // SQLite has no name for a snapshot by which another connection could ask for it.
        let isShared = snapshot && engine.dialect == .sqlite
        let count = isShared ? 1 : min(connectionsMax, statements.count)
        guard count > 1 else {
            guard !statements.isEmpty else { return [] }
            return try await engine.withConnection(.readOnly) { connection in
                try await connection.rows(of: statements, snapshot: snapshot, timeout: timeout)
            }
        }
        let lanes = (0..<count)
            .map { first in
                let positions = Array(stride(from: first, to: statements.count, by: count))
                return ReadLane(positions: positions, statements: positions.map { statements[$0] })
            }
        guard snapshot else {
            return try await gather(lanes, workers: count) { queue in
                try await borrow(engine, queue) { connection, lane in try await work(connection, queue, from: lane) }
            }
        }
        return try await runInOneSnapshot(lanes, on: engine)
    }

    /// PostgreSQL lends the snapshot of an open transaction to others by name.
    ///
    /// https://www.postgresql.org/docs/15/functions-admin.html#FUNCTIONS-SNAPSHOT-SYNCHRONIZATION
    private func runInOneSnapshot(_ lanes: [ReadLane], on engine: any Engine) async throws -> [Rows] {
        try await engine.withConnection(.readOnly) { first in
            try await first.transaction(isolation: .repeatableRead, readOnly: true) { first in
                let name = try await first.run("SELECT pg_export_snapshot()")[0].decode(String.self, at: 0)
                let literal = SQLLiteral(name, dialect: .postgres).description
                return try await gather(lanes, workers: lanes.count, first: first) { queue in
                    try await borrow(engine, queue) { connection, lane in
                        try await connection.transaction(isolation: .repeatableRead, readOnly: true) { connection in
                            // Not in one round trip with the reads: preparing them counts as a query that came before.
                            try await connection.run("SET TRANSACTION SNAPSHOT \(unsafeSQL: literal)")
                            return try await work(connection, queue, from: lane)
                        }
                    }
                }
            }
        }
    }

    /// Borrows a connection for a lane, if one is left by then.
    ///
    /// That there is no connection harms nobody as long as another worker has one.
    private func borrow(
        _ engine: any Engine,
        _ queue: ReadLaneQueue,
        _ body: (any Connection, ReadLane) async throws -> [Int: Rows]
    ) async throws -> Work {
        let connection: any Connection
        do throws(EngineError) {
            connection = try await engine.connect(.readOnly)
        } catch {
            return .notServed(error)
        }
        do {
            let results = if let lane = queue.next() { try await body(connection, lane) } else { [Int: Rows]() }
            await connection.close()
            return .done(results)
        } catch {
            await connection.close()
            throw error
        }
    }

    /// Runs a lane and those that nobody else takes.
    private func work(
        _ connection: any Connection,
        _ queue: ReadLaneQueue,
        from lane: ReadLane?
    ) async throws -> [Int: Rows] {
        var results: [Int: Rows] = [:]
        var next = lane
        while let lane = next {
            let rows = try await connection.runPipelined(lane.statements, timeout: timeout)
            for (position, rows) in zip(lane.positions, rows) { results[position] = rows }
            next = queue.next()
        }
        return results
    }

    private enum Work: Sendable {
        case done([Int: Rows])
        case notServed(EngineError)
    }

    /// Runs workers side by side until all lanes are done; one of them on `first`, if there is such a connection.
    private func gather(
        _ lanes: [ReadLane],
        workers: Int,
        first: (any Connection)? = nil,
        _ run: @escaping @Sendable (ReadLaneQueue) async throws -> Work
    ) async throws -> [Rows] {
        let queue = ReadLaneQueue(lanes)
        return try await withThrowingTaskGroup(of: Work.self) { group in
            if let first {
                let lane = queue.next()
                group.addTask { .done(try await work(first, queue, from: lane)) }
            }
            for _ in (first == nil ? 0 : 1)..<workers { group.addTask { try await run(queue) } }
            var results: [Int: Rows] = [:]
            var refusal: EngineError?
            // The first error leaves the group, which then cancels the other workers and waits for them.
            for try await work in group {
                switch work {
                case .done(let rows): results.merge(rows) { $1 }
                case .notServed(let error): refusal = refusal ?? error
                }
                if results.count == statements.count { group.cancelAll() }
            }
            if let refusal, results.count < statements.count { throw refusal }
            return results.sorted { $0.key < $1.key }.map(\.value)
        }
    }
}
