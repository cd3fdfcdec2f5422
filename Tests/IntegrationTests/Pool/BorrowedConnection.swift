import MartletCore

/// A connection of a pool whose loan ends when it is closed.
final class BorrowedConnection: Connection {
    private let base: any Connection
    private let giveBack: @Sendable () async -> Void

    init(_ base: any Connection, giveBack: @escaping @Sendable () async -> Void) {
        self.base = base
        self.giveBack = giveBack
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

    func close() async {
        await giveBack()
    }
}
