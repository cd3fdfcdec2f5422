/// A connection that hands its calls on to another, except those that it does itself.
package protocol ForwardingConnection: Connection {
    /// Where the calls go.
    var base: any Connection { get }
}

extension ForwardingConnection {
    package var dialect: Dialect { base.dialect }
    package var standing: SessionStanding { base.standing }

    package func run(_ statement: BoundStatement, timeout: Duration?) async throws(EngineError) -> Rows {
        try await base.run(statement, timeout: timeout)
    }

    package func runPipelined(
        _ statements: [BoundStatement],
        timeout: Duration?
    ) async throws(EngineError) -> [Rows] {
        try await base.runPipelined(statements, timeout: timeout)
    }

    package func runScript(_ sql: String) async throws(EngineError) {
        try await base.runScript(sql)
    }

    package func stream(
        _ statement: BoundStatement,
        batchRows: Int,
        _ body: (Rows) async throws -> Void
    ) async throws {
        try await base.stream(statement, batchRows: batchRows, body)
    }

    package func copyOut(
        _ statement: BoundStatement,
        as format: CopyFormat,
        _ body: (ArraySlice<UInt8>) async throws -> Void
    ) async throws -> Int {
        try await base.copyOut(statement, as: format, body)
    }

    package func load(
        _ rows: [[Value]],
        into table: QualifiedName,
        columns: [String]
    ) async throws(EngineError) -> Int {
        try await base.load(rows, into: table, columns: columns)
    }

    package func explain(_ statement: BoundStatement, analyze: Bool) async throws(EngineError) -> Plan {
        try await base.explain(statement, analyze: analyze)
    }

    package func catalog() async throws(EngineError) -> Catalog {
        try await base.catalog()
    }

    package func statementStatistics(limit: Int) async throws(EngineError) -> StatementStatisticsReport {
        try await base.statementStatistics(limit: limit)
    }

    package func close() async {
        await base.close()
    }
}
