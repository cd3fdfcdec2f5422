import MartletCore

/// A connection that appends a comment to each statement.
final class CommentingConnection: Connection {
    private let base: any Connection
    private let comment: StatementComment

    init(_ base: any Connection, comment: StatementComment) {
        self.base = base
        self.comment = comment
    }

    var dialect: Dialect { base.dialect }
    var standing: SessionStanding { base.standing }

    func run(_ statement: BoundStatement, timeout: Duration?) async throws(EngineError) -> Rows {
        try await base.run(comment.appended(to: statement), timeout: timeout)
    }

    func runPipelined(_ statements: [BoundStatement], timeout: Duration?) async throws(EngineError) -> [Rows] {
        try await base.runPipelined(statements.map(comment.appended), timeout: timeout)
    }

    func runScript(_ sql: String) async throws(EngineError) {
        try await base.runScript(sql)
    }

    func stream(
        _ statement: BoundStatement,
        batchRows: Int,
        _ body: (Rows) async throws -> Void
    ) async throws {
        try await base.stream(comment.appended(to: statement), batchRows: batchRows, body)
    }

    func copyOut(
        _ statement: BoundStatement,
        as format: CopyFormat,
        _ body: (ArraySlice<UInt8>) async throws -> Void
    ) async throws -> Int {
        try await base.copyOut(comment.appended(to: statement), as: format, body)
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
        await base.close()
    }
}
