import MartletCore

/// A connection of a `FaultyEngine`.
final class FaultyConnection: Connection {
    private let connection: any Connection
    private let engine: FaultyEngine

    init(_ connection: any Connection, _ engine: FaultyEngine) {
        self.connection = connection
        self.engine = engine
    }

    var dialect: Dialect { connection.dialect }

    func run(_ statement: BoundStatement, timeout: Duration?) async throws(EngineError) -> Rows {
        try await engine.through(connection) { () throws(EngineError) in
            try await connection.run(statement, timeout: timeout)
        }
    }

    func runPipelined(_ statements: [BoundStatement], timeout: Duration?) async throws(EngineError) -> [Rows] {
        try await engine.through(connection) { () throws(EngineError) in
            try await connection.runPipelined(statements, timeout: timeout)
        }
    }

    func runScript(_ sql: String) async throws(EngineError) {
        try await engine.through(connection) { () throws(EngineError) in try await connection.runScript(sql) }
    }

    func stream(
        _ statement: BoundStatement,
        batchRows: Int,
        _ body: (Rows) async throws -> Void
    ) async throws {
        try await connection.stream(statement, batchRows: batchRows, body)
    }

    func load(_ rows: [[Value]], into table: QualifiedName, columns: [String]) async throws(EngineError) -> Int {
        try await engine.through(connection) { () throws(EngineError) in
            try await connection.load(rows, into: table, columns: columns)
        }
    }

    func explain(_ statement: BoundStatement, analyze: Bool) async throws(EngineError) -> Plan {
        try await connection.explain(statement, analyze: analyze)
    }

    func catalog() async throws(EngineError) -> Catalog {
        try await connection.catalog()
    }

    func statementStatistics(limit: Int) async throws(EngineError) -> StatementStatisticsReport {
        try await connection.statementStatistics(limit: limit)
    }

    func close() async {
        await connection.close()
    }
}
