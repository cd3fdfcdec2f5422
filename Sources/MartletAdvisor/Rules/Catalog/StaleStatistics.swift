package import MartletCore

/// Tables whose statistics are missing or old, so that the planner guesses.
package struct StaleStatistics: Rule {
    package static let name = "stale-statistics"

    package init() {}

    package func findings(in observation: Observation) -> [Finding] {
        observation.catalog.tables.compactMap { table in
            switch table.kind {
            case .foreign, .virtual: return nil
            case .ordinary, .partition, .partitioned, .materializedView: break
            }
            guard let evidence = missing(table, observation) ?? outdated(table, observation.thresholds) else { return nil }
            return Finding(
                rule: name,
                subject: table.name.subject,
                severity: table.kind == .partitioned ? .note : .warning,
                title: table.estimatedRows == nil
                    ? "\(table.name) has no statistics for the planner."
                    : "The planner's statistics of \(table.name) are out of date.",
                evidence: evidence,
                remedies: [.analyze(table.name)]
            )
        }
    }

    private func missing(_ table: Table, _ observation: Observation) -> [String]? {
        guard table.estimatedRows == nil else { return nil }
        if table.kind == .partitioned {
            return ["It was never analysed, and autovacuum does not analyse partitioned tables, only their partitions."]
        }
        if let usage = table.usage {
            guard usage.liveRows >= observation.thresholds.staleRowsMin else { return nil }
            return ["It was never analysed; \(Figures.rows(usage.liveRows)) counted."]
        }
        guard table.tableBytes >= observation.thresholds.unanalyzedTableBytes else { return nil }
        return ["It was never analysed, and takes \(Figures.bytes(table.tableBytes))."]
    }

    private func outdated(_ table: Table, _ thresholds: Thresholds) -> [String]? {
        guard let rows = table.estimatedRows, let usage = table.usage else { return nil }
        let changed = usage.rowsChangedSinceAnalyze
        let ratio = Double(changed) / Double(max(rows, 1))
        guard changed >= thresholds.staleRowsMin, ratio >= thresholds.staleRowsRatio else { return nil }
        let last = usage.lastAnalyzed.map { "on \($0)" } ?? "at a time that is not known"
        let share = ratio <= 1 ? " (\(Figures.percent(ratio)))" : ""
        return [
            "\(Figures.rows(changed)) changed since the last ANALYZE, which saw \(Figures.rows(rows))\(share).",
            "The last ANALYZE was \(last).",
        ]
    }
}
