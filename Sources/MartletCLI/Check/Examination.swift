import MartletAdvisor
import MartletCore

/// What `check` read of a database, and what the rules say of it.
struct Examination: Sendable {
    let catalog: Catalog
    /// Statements by total time, or why there are none.
    let statements: StatementStatisticsReport
    /// Plans of those statements, as the planner would run them.
    let plans: [String: Plan]
    /// Statements whose plan could not be had, with the reason.
    let unplanned: [(statement: String, reason: String)]
    private(set) var findings: [Finding]

    /// The same with the findings of one rule, or with one finding.
    func only(_ selection: String) -> Examination {
        var selected = self
        selected.findings.removeAll { $0.id != selection && $0.rule != selection }
        return selected
    }

    /// Statements whose plans are looked at: what a reader takes in, and what fits into the time.
    static let statementsMax = 20

    /// Time for one statement of the reading; all are short, so only a database in trouble takes longer.
    private static let statementTimeout = Duration.seconds(4)

    /// Time for all plans: `check` answers within five seconds, wherever the server is.
    private static let planningTime = Duration.seconds(2)

    /// Reads within one read-only session.
    ///
    /// Takes no lock that anyone waits for.
    static func read(_ engine: any Engine) async throws -> Examination {
        try await engine.withConnection(.readOnly) { connection in
            if connection.dialect == .postgres {
                let milliseconds = statementTimeout.timeoutMilliseconds
                try await connection.run("SET statement_timeout = \(unsafeSQL: String(milliseconds))")
            }
            var catalog = try await connection.catalog()
            catalog.tables.removeAll(where: \.isMartletsOwn)
            var statements = try await connection.statementStatistics(limit: statementsMax)
            var observation = Observation(catalog: catalog)
            var unplanned: [(String, String)] = []
            if case .available(let statistics, let since) = statements {
                observation.workload = Workload(statistics: statistics)
                (observation.plans, unplanned) = try await plans(of: statistics.map(\.statement), connection)
                statements = .available(
                    observation.statements.sorted { $0.totalSeconds > $1.totalSeconds },
                    since: since
                )
            }
            let rules = RuleSet(RuleSet.statements.rules + RuleSet.catalog.rules)
            return Examination(
                catalog: catalog,
                statements: statements,
                plans: observation.plans,
                unplanned: unplanned,
                findings: rules.findings(in: observation)
            )
        }
    }

    /// The statements with the largest share first, for as long as the time lasts.
    private static func plans(
        of statements: [String],
        _ connection: any Connection
    ) async throws -> ([String: Plan], unplanned: [(String, String)]) {
        let end = ContinuousClock.now + planningTime
        var plans: [String: Plan] = [:]
        var unplanned: [(String, String)] = []
        var planned: Set<Fingerprint> = []
        for statement in statements {
            let fingerprint = Fingerprint(of: statement, dialect: connection.dialect)
            if planned.contains(fingerprint) { continue }
            guard .now < end else {
                unplanned.append((statement, "there was no time left for its plan"))
                continue
            }
            do throws(EngineError) {
                let bound = BoundStatement(Statement(unsafeText: statement))
                plans[statement] = try await connection.explain(bound, analyze: false)
                planned.insert(fingerprint)
            } catch {
                if error.code == .cancelled || error.code == .connectionLost { throw error }
                unplanned.append((statement, error.message))
            }
        }
        return (plans, unplanned)
    }
}

extension Table {
    /// Whether it is the journal of migrations, which is not the application's: the schema `martlet` on PostgreSQL.
    fileprivate var isMartletsOwn: Bool {
        name.schema == "martlet" || name.name == "martlet_migrations"
    }
}
