import MartletCore

/// A statement with what was counted for it and how it is run.
struct PlannedStatement {
    let statistics: StatementStatistics
    let plan: Plan
    /// Its share of the time of all statements that were counted, 0...1.
    let timeShare: Double
    /// How many those were.
    let statementCount: Int
    /// The SQL it is in.
    let dialect: Dialect

    /// Whether the statement was run for this plan, so that its figures were measured.
    var isMeasured: Bool {
        plan.nodes.contains { $0.actualRows != nil }
    }

    /// Rows it returned each time, a mean.
    var rowsPerCall: Double {
        statistics.calls == 0 ? 0 : Double(statistics.rows) / Double(statistics.calls)
    }

    /// What identifies it in findings.
    var subject: String {
        Fingerprint(of: statistics.statement, dialect: dialect).description
    }

    /// Whether it asks for some of the rows.
    var hasCondition: Bool {
        SQLWord.words(of: statistics.statement, dialect: dialect).contains { $0.is("where") }
    }

    /// Rows that one call kept of what a step read, a mean; nil if what comes after the step may have changed
    /// their number.
    func rowsKept(by scan: PlanNode) -> Double? {
        let others = plan.nodes.filter { $0 != scan }
        let isPassedOn = others.allSatisfy { $0.kind == .sort || $0.kind == .other && $0.label.hasPrefix("Gather") }
        guard isPassedOn, others.count == plan.nodes.count - 1, statistics.calls > 0 else { return nil }
        return rowsPerCall
    }

    /// A note, unless it takes much of the time or is slow and frequent.
    func severity(_ thresholds: Thresholds) -> Finding.Severity {
        let isSlow =
            statistics.meanSeconds >= thresholds.slowMeanSeconds && statistics.calls >= thresholds.slowCalls
        return isSlow || timeShare >= thresholds.timeShareRatio ? .warning : .note
    }

    /// How much it matters, for a title: share of the time, calls, mean.
    var weightText: String {
        "\(Figures.percent(timeShare)) of the time of \(Figures.count(statementCount, "statement", "statements")); "
            + "\(Figures.count(statistics.calls, "call", "calls")), mean \(Figures.seconds(statistics.meanSeconds))"
    }
}

extension Observation {
    /// The statements whose plan is known.
    var plannedStatements: [PlannedStatement] {
        let all = statements
        let total = all.reduce(0) { $0 + $1.totalSeconds }
        return all.compactMap { statistics in
            plans[statistics.statement]
                .map { plan in
                    PlannedStatement(
                        statistics: statistics,
                        plan: plan,
                        timeShare: total > 0 ? statistics.totalSeconds / total : 0,
                        statementCount: all.count,
                        dialect: catalog.dialect
                    )
                }
        }
    }
}

extension Catalog {
    /// The table that a step of a plan reads, which names it without its schema; nil if several have the name.
    func table(ofStep node: PlanNode) -> Table? {
        guard let name = node.table else { return nil }
        let candidates = tables.filter { $0.name.name == name || $0.name.subject == name }
        return candidates.count == 1 ? candidates[0] : nil
    }
}

extension PlanNode {
    /// Rows it returned in all its runs, or the planner's estimate of one run where it was not run.
    var rowsOut: Double? {
        actualRows.map { $0 * (loops ?? 1) } ?? estimatedRows
    }

    /// Rows it read and threw away in all its runs.
    var rowsDiscarded: Double? {
        rowsRemovedByFilter.map { $0 * (loops ?? 1) }
    }
}
