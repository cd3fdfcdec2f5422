public import MartletCore

extension Connection {
    /// Runs reads that do not need one another's results together, and returns the result of each.
    ///
    ///     let (user, chats) = try await connection.parallel {
    ///         Read("SELECT name FROM users WHERE id = \(id)") { try $0.first?.decode(String.self, at: 0) }
    ///         Read(each: "SELECT title FROM chats WHERE user_id = \(id)") { try $0.decode(String.self, at: 0) }
    ///     }
    ///
    /// One round trip on PostgreSQL, where the server runs them one after the other: the faster way as long as what
    /// they cost is waiting for the network. Use `Engine.parallel` for reads that keep the server busy. If one fails,
    /// those after it do not run. Not within a transaction that is open, if a snapshot is asked for.
    ///
    /// - Parameters:
    ///   - snapshot: whether all see the database at one instant. On SQLite they always do.
    ///   - timeout: for all of them together.
    ///   - reads: the reads, one below the other.
    /// - Returns: the results in the order of the reads.
    /// - Throws: the first error of the database or of a read's closure.
    public func parallel<each Success: Sendable>(
        snapshot: Bool = false,
        timeout: Duration? = nil,
        @ReadsBuilder _ reads: () -> Reads<repeat each Success>
    ) async throws -> (repeat each Success) {
        let reads = reads()
        return try reads.decode(try await rows(of: reads.statements, snapshot: snapshot, timeout: timeout))
    }

    /// Runs any number of reads of one kind together, and returns their results in order.
    public func parallel<Success: Sendable>(
        _ reads: [Read<Success>],
        snapshot: Bool = false,
        timeout: Duration? = nil
    ) async throws -> [Success] {
        let results = try await rows(of: reads.map(\.statement), snapshot: snapshot, timeout: timeout)
        return try zip(reads, results).map { try $0.decode($1) }
    }

    func rows(of statements: [BoundStatement], snapshot: Bool, timeout: Duration?) async throws -> [Rows] {
        guard !statements.isEmpty else { return [] }
        guard snapshot, dialect == .postgres else { return try await runPipelined(statements, timeout: timeout) }
        let bracketed = [BoundStatement.beginSnapshot] + statements + ["COMMIT"]
        let isWithinAnother = standing == .inTransaction
        do {
            return try await runPipelined(bracketed, timeout: timeout).dropFirst().dropLast()
        } catch {
            // The failed transaction must not be left open.
            if !isWithinAnother { await rollBackShielded() }
            throw error
        }
    }
}

extension BoundStatement {
    static let beginSnapshot: BoundStatement = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
}
