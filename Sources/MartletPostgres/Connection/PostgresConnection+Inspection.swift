package import MartletCore

/// Plans, catalog and statistics.
extension PostgresConnection {
    package func explain(_ statement: BoundStatement, analyze: Bool) async throws(EngineError) -> Plan {
        let lacksValues = statement.values.isEmpty && statement.statement.hasPlaceholders(.postgres)
        if lacksValues, !analyze, !session.isInTransaction { return try await genericPlan(of: statement.statement) }
        return try await PlanReader.plan(
            of: statement,
            analyze: analyze,
            isInTransaction: session.isInTransaction,
            on: self
        )
    }

    /// The plan of a statement whose values nobody knows: what statistics and logs have of it.
    private func genericPlan(of statement: Statement) async throws(EngineError) -> Plan {
        switch try await GenericPlan.read(statement.text, on: self) {
        case .plan(let plan): return plan
        case .impossible(let reason):
            throw EngineError(.unsupported, "the statement has no plan: \(reason)", statement: statement.text)
        }
    }

    package func catalog() async throws(EngineError) -> Catalog {
        try await CatalogReader.read(self)
    }

    package func statementStatistics(limit: Int) async throws(EngineError) -> StatementStatisticsReport {
        try await StatementStatisticsReader.read(self, limit: limit)
    }
}
