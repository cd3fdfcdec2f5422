package import MartletCore

/// Plans, catalog and statistics.
extension PostgresConnection {
    package func explain(_ statement: BoundStatement, analyze: Bool) async throws(EngineError) -> Plan {
        throw EngineError(.unsupported, "plans are not read yet")
    }

    package func catalog() async throws(EngineError) -> Catalog {
        try await CatalogReader.read(self)
    }

    package func statementStatistics(limit: Int) async throws(EngineError) -> StatementStatisticsReport {
        .unavailable(reason: "statistics are not read yet")
    }
}
