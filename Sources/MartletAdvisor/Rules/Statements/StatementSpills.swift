package import MartletCore

/// Statements whose sorts or hashes do not fit in memory and go to temporary files.
package struct StatementSpills: Rule {
    package static let name = "statement-spills"

    package init() {}

    package func findings(in observation: Observation) -> [Finding] {
        let plans = observation.plans
        let all = observation.statements
        let total = all.reduce(0) { $0 + $1.totalSeconds }
        return all.compactMap { statistics in
            let statement = PlannedStatement(
                statistics: statistics,
                // Without a plan the counted pages alone tell.
                plan: plans[statistics.statement] ?? Plan(root: PlanNode(kind: .other, label: "")),
                timeShare: total > 0 ? statistics.totalSeconds / total : 0,
                statementCount: all.count,
                dialect: observation.catalog.dialect
            )
            return finding(statement, observation.thresholds)
        }
    }

    private func finding(_ statement: PlannedStatement, _ thresholds: Thresholds) -> Finding? {
        let steps = statement.plan.nodes.filter(\.usesDisk)
        let inPlan = statement.plan.buffers?.temporary ?? 0
        let counted = statement.statistics.buffers?.temporary ?? 0
        guard !steps.isEmpty || inPlan > 0 || counted > 0 else { return nil }
        var evidence = [statement.statistics.statement.asEvidence]
        evidence += steps.map { "\($0.label) went to disk when the statement was run for its plan." }
        if inPlan > 0 { evidence.append("\(pages(inPlan)) of temporary files in that run.") }
        if counted > 0, statement.statistics.calls > 0 {
            let each = Int((Double(counted) / Double(statement.statistics.calls)).rounded())
            evidence.append(
                "\(pages(counted)) of temporary files in all calls, \(Figures.count(each)) in each in the mean."
            )
        }
        return Finding(
            rule: name,
            subject: statement.subject,
            severity: statement.severity(thresholds),
            weight: .timeShare(statement.timeShare),
            title: "A statement writes temporary files (\(statement.weightText)).",
            evidence: evidence,
            remedies: [
                .advice(
                    "Have fewer rows to sort or hash: an index in that order, an earlier condition, fewer columns."
                ),
                .advice(
                    "If they are all needed, raise work_mem for this statement or its role, not for the whole server."
                ),
            ]
        )
    }

    private func pages(_ number: Int) -> String {
        // A page is 8 kB unless the server was built otherwise.
        "\(Figures.count(number, "page", "pages")) (\(Figures.bytes(number * 8_192)))"
    }
}
