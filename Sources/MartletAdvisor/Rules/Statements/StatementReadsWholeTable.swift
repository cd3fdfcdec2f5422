package import MartletCore

/// Statements that read a large table from end to end to return a small part of it.
package struct StatementReadsWholeTable: Rule {
    package static let name = "statement-reads-whole-table"

    package init() {}

    private struct Scan {
        let node: PlanNode
        let table: Table
        let rowsRead: Double
        let rowsKept: Double
        /// Whether `rowsKept` is what the calls returned.
        var isCounted = false
    }

    package func findings(in observation: Observation) -> [Finding] {
        var names = IndexNames(observation.catalog)
        return observation.plannedStatements.compactMap { statement in
            let scans = statement.plan.nodes.compactMap { scan($0, of: statement, observation) }
            guard let worst = scans.max(by: { $0.rowsRead < $1.rowsRead }) else { return nil }
            return finding(statement, worst, &names, observation)
        }
    }

    private func scan(_ node: PlanNode, of statement: PlannedStatement, _ observation: Observation) -> Scan? {
        guard node.kind == .sequentialScan, let table = observation.catalog.table(ofStep: node) else { return nil }
        let read: Double
        var kept: Double
        var isCounted = false
        if node.filter != nil, let out = node.rowsOut, let discarded = node.rowsDiscarded {
            (read, kept) = (out + discarded, out)
        } else if node.filter != nil, let rows = table.knownRows, let out = node.rowsOut {
            (read, kept) = (Double(rows), out)
            // Without its values a range is thought to hold a third of the rows.
            if let counted = statement.rowsKept(by: node), counted < out { (kept, isCounted) = (counted, true) }
        } else if observation.catalog.dialect == .sqlite, let rows = table.knownRows, statement.hasCondition {
            // SQLite prints neither the condition nor an estimate: what the statement returned must do.
            (read, kept) = (Double(rows), statement.rowsPerCall)
        } else {
            return nil
        }
        let thresholds = observation.thresholds
        guard read >= Double(thresholds.largeRows), kept <= read * thresholds.smallResultRatio else { return nil }
        return Scan(node: node, table: table, rowsRead: read, rowsKept: kept, isCounted: isCounted)
    }

    private func finding(
        _ statement: PlannedStatement,
        _ scan: Scan,
        _ names: inout IndexNames,
        _ observation: Observation
    ) -> Finding {
        let isMeasured = scan.node.actualRows != nil
        let read = Figures.rows(scan.rowsRead)
        let kept = Figures.rows(scan.rowsKept)
        var evidence = [statement.statistics.statement.asEvidence]
        if isMeasured {
            evidence.append("Run for the plan, it read \(read) of \(scan.table.name) and kept \(kept).")
        } else if scan.isCounted {
            evidence.append(
                "By estimates it reads \(read) of \(scan.table.name); each call returned \(kept) in the mean."
            )
        } else {
            evidence.append(
                "By estimates it reads \(read) of \(scan.table.name) and keeps \(kept); it was not run for the plan."
            )
        }
        if let filter = scan.node.filter { evidence.append("Row by row it checks \(filter).") }
        return Finding(
            rule: name,
            subject: statement.subject,
            severity: statement.severity(observation.thresholds),
            weight: .timeShare(statement.timeShare),
            title:
                "A statement reads all of \(scan.table.name) to return a small part of it (\(statement.weightText)).",
            evidence: evidence,
            remedies: [remedy(scan, &names, observation)]
        )
    }

    private func remedy(_ scan: Scan, _ names: inout IndexNames, _ observation: Observation) -> Remedy {
        let table = scan.table
        let columns = table.searchableColumns(in: scan.node.filter, observation.thresholds)
        guard !columns.isEmpty else {
            return .advice("Index what the statement's condition compares, if few rows meet it.")
        }
        let indexes = table.indexesWithOwnOrder(dialect: observation.catalog.dialect)
        if let existing = indexes.first(where: { $0.finds(columns, in: table) }) {
            return .advice(
                "\(existing.name) could find these rows and was not chosen: bring the statistics up to date, and "
                    + "look at how many rows the planner expects."
            )
        }
        return .createIndex(
            IndexDefinition(
                name: names.name(table: table.name, columns: columns),
                table: table.name,
                keys: columns.map { Index.Key($0) }
            )
        )
    }
}

extension Table {
    /// The key of an index that would find the rows that a filter lets through.
    ///
    /// First the columns that it compares to one value each, then one that it compares to a range. Columns of few
    /// values do not lead to an index by themselves.
    fileprivate func searchableColumns(in filter: String?, _ thresholds: Thresholds) -> [String] {
        guard let filter else { return [] }
        let parts = SQLCondition(filter, of: self).parts
        var equal: [String] = []
        var ranged: [String] = []
        for part in parts {
            switch part {
            case .equals(let column, let value) where value != "null" && !equal.contains(column): equal.append(column)
            case .range(let column) where !ranged.contains(column): ranged.append(column)
            default: break
            }
        }
        let tellsApart = equal.contains { name in
            guard let column = column(name), column.type != "boolean" else { return false }
            guard let distinct = column.distinctValues, distinct > 0 else { return true }
            return distinct > Double(thresholds.fewDistinctValues)
        }
        guard tellsApart || !ranged.isEmpty else { return [] }
        return equal + ranged.filter { !equal.contains($0) }.prefix(1)
    }
}
