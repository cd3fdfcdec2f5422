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
            let missing = missing(table, observation)
            guard let evidence = missing ?? outdated(table, observation.thresholds) else { return nil }
            return Finding(
                rule: name,
                subject: table.name.subject,
                severity: table.kind == .partitioned ? .note : .warning,
                weight: (table.usage?.rowsChangedSinceAnalyze ?? table.knownRows).map { .rows($0) },
                title: missing != nil
                    ? "\(table.name) has no statistics for the planner."
                    : "The planner's statistics of \(table.name) are out of date.",
                evidence: evidence,
                remedies: [.analyze(table.name)]
            )
        }
    }

    private func missing(_ table: Table, _ observation: Observation) -> [String]? {
        if observation.catalog.dialect == .sqlite { return missingOnSQLite(table, observation.thresholds) }
        guard table.estimatedRows == nil else { return nil }
        if table.kind == .partitioned {
            return ["It was never analysed, and autovacuum does not analyse partitioned tables, only their partitions."]
        }
        if let usage = table.usage {
            guard usage.liveRows >= observation.thresholds.staleRowsMin else { return nil }
            return ["It was never analysed; \(Figures.rows(usage.liveRows)) counted."]
        }
        return nil
    }

    /// ANALYZE on SQLite leaves the distinct values of the columns that lead a full index.
    ///
    /// Of a table without such an index it cannot be told whether it was analysed, and little would come of it.
    private func missingOnSQLite(_ table: Table, _ thresholds: Thresholds) -> [String]? {
        let leading = table.indexes.filter { $0.predicate == nil && $0.keys.first?.isExpression == false }
            .compactMap { index in table.column(index.keys[0].text) }
        guard !leading.isEmpty, leading.allSatisfy({ $0.distinctValues == nil }),
            table.tableBytes >= thresholds.unanalyzedTableBytes
        else { return nil }
        return [
            "ANALYZE has left nothing on its indexes; it has \(table.rowsText), \(Figures.bytes(table.tableBytes)).",
            "Without it SQLite assumes the same of every index.",
        ]
    }

    private func outdated(_ table: Table, _ thresholds: Thresholds) -> [String]? {
        guard let rows = table.estimatedRows, let usage = table.usage else { return nil }
        let changed = usage.rowsChangedSinceAnalyze
        let ratio = Double(changed) / Double(max(rows, 1))
        guard changed >= thresholds.staleRowsMin, ratio >= thresholds.staleRowsRatio else { return nil }
        let share = ratio <= 1 ? " (\(Figures.percent(ratio)))" : ""
        return [
            "\(Figures.rows(changed)) changed since the last ANALYZE; "
                + "the planner knows of \(Figures.rows(rows))\(share).",
            usage.lastAnalyzed.map { "The last ANALYZE was on \($0)." }
                ?? "No ANALYZE has run since usage has been counted.",
        ]
    }
}
