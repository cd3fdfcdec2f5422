import MartletCore

/// Statements dealt out to several connections, whose results are put in order again.
struct ReadLanes: Sendable {
    private struct Lane: Sendable {
        let positions: [Int]
        let statements: [BoundStatement]
    }

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
                return Lane(positions: positions, statements: positions.map { statements[$0] })
            }
        guard snapshot else {
            return try await gather(lanes) { lane in
                try await engine.withConnection(.readOnly) { connection in
                    try await connection.runPipelined(lane.statements, timeout: timeout)
                }
            }
        }
        return try await runInOneSnapshot(lanes, on: engine)
    }

    /// PostgreSQL lends the snapshot of an open transaction to others by name.
    ///
    /// https://www.postgresql.org/docs/15/functions-admin.html#FUNCTIONS-SNAPSHOT-SYNCHRONIZATION
    private func runInOneSnapshot(_ lanes: [Lane], on engine: any Engine) async throws -> [Rows] {
        try await engine.withConnection(.readOnly) { first in
            try await first.transaction(isolation: .repeatableRead, readOnly: true) { first in
                let name = try await first.run("SELECT pg_export_snapshot()")[0].decode(String.self, at: 0)
                let literal = SQLLiteral(name, dialect: .postgres).description
                return try await gather(lanes) { lane in
                    if lane.positions[0] == 0 { return try await first.runPipelined(lane.statements, timeout: timeout) }
                    return try await engine.withConnection(.readOnly) { connection in
                        try await connection.transaction(isolation: .repeatableRead, readOnly: true) { connection in
                            // Not in one round trip with the reads: preparing them counts as a query that came before.
                            try await connection.run("SET TRANSACTION SNAPSHOT \(unsafeSQL: literal)")
                            return try await connection.runPipelined(lane.statements, timeout: timeout)
                        }
                    }
                }
            }
        }
    }

    /// Runs all lanes side by side.
    private func gather(
        _ lanes: [Lane],
        _ run: @escaping @Sendable (Lane) async throws -> [Rows]
    ) async throws -> [Rows] {
        try await withThrowingTaskGroup(of: (Lane, [Rows]).self) { group in
            for lane in lanes { group.addTask { (lane, try await run(lane)) } }
            var results: [Int: Rows] = [:]
            // The first error leaves the group, which then cancels the other lanes and waits for them.
            for try await (lane, rows) in group {
                for (position, rows) in zip(lane.positions, rows) { results[position] = rows }
            }
            return results.sorted { $0.key < $1.key }.map(\.value)
        }
    }
}
