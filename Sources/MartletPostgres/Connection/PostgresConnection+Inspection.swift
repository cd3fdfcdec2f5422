package import MartletCore

/// Plans, catalog and statistics.
extension PostgresConnection {
    package func explain(_ statement: BoundStatement, analyze: Bool) async throws(EngineError) -> Plan {
        try await PlanReader.plan(
            of: statement,
            analyze: analyze,
            isInTransaction: session.isInTransaction,
            on: self
        )
    }

    package func catalog() async throws(EngineError) -> Catalog {
        try await CatalogReader.read(self)
    }

    package func statementStatistics(limit: Int) async throws(EngineError) -> StatementStatisticsReport {
        try await StatementStatisticsReader.read(self, limit: limit)
    }
}
