import MartletCore

/// Forwards all and reports its end.
final class CountedConnection: Connection {
    private let base: any Connection
    private let engine: CountingEngine

    init(_ base: any Connection, _ engine: CountingEngine) {
        self.base = base
        self.engine = engine
    }

    var dialect: Dialect { base.dialect }

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
        engine.closed()
    }
}
