internal import MartletCore
internal import Synchronization

/// A loan that ends when it is closed, or when nobody holds it any more.
final class BorrowedConnection: Connection {
    private let base: PooledConnection
    private let core: PoolCore
    private let isClosed = Mutex(false)

    init(_ base: PooledConnection, of core: PoolCore) {
        self.base = base
        self.core = core
    }

    deinit {
        giveBack()
    }

    var dialect: Dialect { base.dialect }
    var standing: SessionStanding { base.standing }

    func run(_ statement: BoundStatement, timeout: Duration?) async throws(EngineError) -> Rows {
        try await base.run(statement, timeout: timeout)
    }

    func runPipelined(_ statements: [BoundStatement], timeout: Duration?) async throws(EngineError) -> [Rows] {
        try await base.runPipelined(statements, timeout: timeout)
    }

    func runScript(_ sql: String) async throws(EngineError) {
        try await base.runScript(sql)
    }

    func stream(_ statement: BoundStatement, batchRows: Int, _ body: (Rows) async throws -> Void) async throws {
        try await base.stream(statement, batchRows: batchRows, body)
    }

    func copyOut(
        _ statement: BoundStatement,
        as format: CopyFormat,
        _ body: (ArraySlice<UInt8>) async throws -> Void
    ) async throws -> Int {
        try await base.copyOut(statement, as: format, body)
    }

    func load(_ rows: [[Value]], into table: QualifiedName, columns: [String]) async throws(EngineError) -> Int {
        try await base.load(rows, into: table, columns: columns)
    }

    func explain(_ statement: BoundStatement, analyze: Bool) async throws(EngineError) -> Plan {
        try await base.explain(statement, analyze: analyze)
    }

    func catalog() async throws(EngineError) -> Catalog {
        try await base.catalog()
    }

    func statementStatistics(limit: Int) async throws(EngineError) -> StatementStatisticsReport {
        try await base.statementStatistics(limit: limit)
    }

    /// Gives the session back to its pool.
    func close() async {
        giveBack()
    }

    private func giveBack() {
        // Once only: the session may be another's by now.
        let wasClosed = isClosed.withLock { isClosed in
            defer { isClosed = true }
            return isClosed
        }
        if !wasClosed { core.giveBack(base) }
    }
}
