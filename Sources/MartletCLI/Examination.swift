import MartletAdvisor
import MartletCore

/// What `check` read of a database, and what the rules say of it.
struct Examination: Sendable {
    let catalog: Catalog
    /// Statements by total time, or why there are none.
    let statements: StatementStatisticsReport
    /// Statements whose plan could not be had, with the reason.
    let unplanned: [(statement: String, reason: String)]
    let findings: [Finding]

    /// Statements whose plans are looked at: what a reader takes in, and what fits into the time.
    static let statementsMax = 20

    /// Time for one statement of the reading; all are short, so only a database in trouble takes longer.
    private static let statementTimeout = Duration.seconds(4)

    /// Reads within one read-only session.
    ///
    /// Takes no lock that anyone waits for.
    static func read(_ engine: any Engine) async throws -> Examination {
        try await engine.withConnection(.readOnly) { connection in
            if connection.dialect == .postgres {
                let milliseconds = statementTimeout.components.seconds * 1_000
                try await connection.run("SELECT set_config('statement_timeout', \(String(milliseconds)), false)")
            }
            let catalog = try await connection.catalog()
            let statements = try await connection.statementStatistics(limit: statementsMax)
            var observation = Observation(catalog: catalog)
            var unplanned: [(String, String)] = []
            if case .available(let statistics, _) = statements {
                observation.workload = Workload(statistics: statistics)
                for statement in statistics.map(\.statement) {
                    do throws(EngineError) {
                        let bound = BoundStatement(Statement(unsafeText: statement))
                        observation.plans[statement] = try await connection.explain(bound, analyze: false)
                    } catch {
                        if error.code == .cancelled || error.code == .connectionLost { throw error }
                        unplanned.append((statement, error.message))
                    }
                }
            }
            let rules = RuleSet(RuleSet.catalog.rules + RuleSet.statements.rules)
            return Examination(
                catalog: catalog,
                statements: statements,
                unplanned: unplanned,
                findings: rules.findings(in: observation)
            )
        }
    }
}
