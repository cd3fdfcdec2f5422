internal import MartletCore
internal import Synchronization

/// A connection while it is lent: it knows what runs on it, and nothing runs on it once it has been given back.
final class PooledConnection: Connection {
    private struct State {
        var statement: String?
        var callsRunning = 0
        var isReturned = false
    }

    /// The loan that the current task, or one that it descends from, took last.
    @TaskLocal static var current: PooledConnection?

    let session: PooledSession
    let slot: Int
    let site: PoolSite
    /// When it was lent, since the pool's origin.
    let since: Duration
    /// Which task took it.
    let task: Int
    /// The loan within which this one was taken.
    let outer: PooledConnection?
    /// Of which pool it is; to be compared only while the loan lasts, which keeps the pool.
    let pool: ObjectIdentifier
    private let state = Mutex(State())

    init(
        _ session: PooledSession,
        slot: Int,
        of pool: ObjectIdentifier,
        to borrower: Borrower,
        since: Duration
    ) {
        self.session = session
        self.slot = slot
        self.pool = pool
        self.since = since
        site = borrower.site
        task = borrower.task
        outer = borrower.outer
    }

    private var base: any Connection { session.connection }

    var dialect: Dialect { session.dialect }
    var standing: SessionStanding { session.standing }

    /// Whether it has been given back.
    var isReturned: Bool { state.withLock { $0.isReturned } }

    /// Ends the loan: no further call gets through.
    func giveBack() -> PoolReturn {
        let isBusy = state.withLock { state in
            state.isReturned = true
            return state.callsRunning > 0
        }
        if isBusy { return .lost }
        switch session.standing {
        case .ready: return .reusable
        case .inTransaction: return .mustBeRestored
        case .lost: return .lost
        }
    }

    /// Who holds it and what for.
    func holder(at now: Duration) -> PoolHolder {
        let (statement, isRunning) = state.withLock { ($0.statement, $0.callsRunning > 0) }
        return PoolHolder(
            site: site,
            age: now - since,
            statement: statement.map { NormalForm(of: $0, dialect: dialect).text },
            isRunning: isRunning
        )
    }

    // MARK: Calls

    func run(_ statement: BoundStatement, timeout: Duration?) async throws(EngineError) -> Rows {
        try enter(statement.statement.text)
        defer { leave() }
        return try await base.run(statement, timeout: shorter(timeout))
    }

    func runPipelined(_ statements: [BoundStatement], timeout: Duration?) async throws(EngineError) -> [Rows] {
        try enter(statements.first?.statement.text)
        defer { leave() }
        return try await base.runPipelined(statements, timeout: shorter(timeout))
    }

    func runScript(_ sql: String) async throws(EngineError) {
        try enter(sql)
        defer { leave() }
        try await base.runScript(sql)
    }

    func stream(_ statement: BoundStatement, batchRows: Int, _ body: (Rows) async throws -> Void) async throws {
        try enter(statement.statement.text)
        defer { leave() }
        try await base.stream(statement, batchRows: batchRows, body)
    }

    func copyOut(
        _ statement: BoundStatement,
        as format: CopyFormat,
        _ body: (ArraySlice<UInt8>) async throws -> Void
    ) async throws -> Int {
        try enter(statement.statement.text)
        defer { leave() }
        return try await base.copyOut(statement, as: format, body)
    }

    func load(_ rows: [[Value]], into table: QualifiedName, columns: [String]) async throws(EngineError) -> Int {
        try enter("COPY \(table.quoted)")
        defer { leave() }
        return try await base.load(rows, into: table, columns: columns)
    }

    func explain(_ statement: BoundStatement, analyze: Bool) async throws(EngineError) -> Plan {
        try enter(statement.statement.text)
        defer { leave() }
        return try await base.explain(statement, analyze: analyze)
    }

    func catalog() async throws(EngineError) -> Catalog {
        try enter(nil)
        defer { leave() }
        return try await base.catalog()
    }

    func statementStatistics(limit: Int) async throws(EngineError) -> StatementStatisticsReport {
        try enter(nil)
        defer { leave() }
        return try await base.statementStatistics(limit: limit)
    }

    /// Ends the session; the pool opens another when it is wanted.
    func close() async {
        guard !isReturned else { return }
        await base.close()
    }

    private func enter(_ statement: String?) throws(EngineError) {
        let isReturned = state.withLock { state in
            guard !state.isReturned else { return true }
            state.callsRunning += 1
            if let statement { state.statement = statement }
            return false
        }
        guard isReturned else { return }
        throw EngineError(
            .connectionLost,
            "the connection borrowed at \(site) was used after it was given back; use it within its withConnection",
            statement: statement
        )
    }

    private func leave() {
        state.withLock { $0.callsRunning -= 1 }
    }

    private func shorter(_ timeout: Duration?) -> Duration? {
        guard let callTimeout = session.callTimeout else { return timeout }
        return timeout.map { Swift.min($0, callTimeout) } ?? callTimeout
    }
}
