package import MartletCore

/// Statements that sort many rows of one table to return a few, where an index in that order would hand them over.
package struct StatementSorts: Rule {
    package static let name = "statement-sorts"

    package init() {}

    private struct Sorting {
        let node: PlanNode
        let table: Table
        let rowsSorted: Double
        let rowsReturned: Double
        let isMeasured: Bool
    }

    package func findings(in observation: Observation) -> [Finding] {
        observation.plannedStatements.compactMap { statement in
            let sortings = statement.plan.nodes.compactMap { sorting($0, of: statement, observation) }
            return sortings.max { $0.rowsSorted < $1.rowsSorted }.map { finding(statement, $0, observation) }
        }
    }

    private func sorting(_ node: PlanNode, of statement: PlannedStatement, _ observation: Observation) -> Sorting? {
        guard node.kind == .sort, let scan = scan(under: node, of: statement),
            let table = observation.catalog.table(ofStep: scan)
        else { return nil }
        // SQLite prints no estimate; a scan of the whole table without a condition sorts all its rows.
        let whole = scan.kind == .sequentialScan && !statement.hasCondition ? table.knownRows.map(Double.init) : nil
        guard let sorted = scan.rowsOut ?? whole else { return nil }
        let returned = statement.statistics.calls > 0 ? statement.rowsPerCall : node.rowsOut ?? sorted
        let thresholds = observation.thresholds
        guard sorted >= Double(thresholds.largeRows), returned <= sorted * thresholds.smallResultRatio else {
            return nil
        }
        return Sorting(
            node: node,
            table: table,
            rowsSorted: sorted,
            rowsReturned: returned,
            isMeasured: scan.actualRows != nil
        )
    }

    /// The one scan that feeds the sort; nil if a join or a group lies between, whose result no index has.
    ///
    /// SQLite shows the sort beside the scan, not above it.
    private func scan(under node: PlanNode, of statement: PlannedStatement) -> PlanNode? {
        let feeding = node.children.isEmpty ? statement.plan.nodes : node.children.flatMap(\.flattened)
        let scans = feeding.filter { node in
            switch node.kind {
            case .sequentialScan, .indexScan, .indexOnlyScan, .bitmapScan: node.table != nil
            default: false
            }
        }
        guard scans.count == 1, !feeding.contains(where: { $0.kind == .join || $0.kind == .aggregate }) else {
            return nil
        }
        return scans[0]
    }

    private func finding(_ statement: PlannedStatement, _ sorting: Sorting, _ observation: Observation) -> Finding {
        let sorted = Figures.rows(sorting.rowsSorted)
        let returned = Figures.rows(sorting.rowsReturned)
        var evidence = [
            statement.statistics.statement.asEvidence,
            sorting.isMeasured
                ? "Run for the plan, it sorted \(sorted) of \(sorting.table.name)."
                : "By estimates it sorts \(sorted) of \(sorting.table.name); it was not run for the plan.",
            "Each call returned \(returned) in the mean.",
        ]
        if sorting.node.usesDisk { evidence.append("The sort went to disk.") }
        return Finding(
            rule: name,
            subject: statement.subject,
            severity: statement.severity(observation.thresholds),
            weight: .timeShare(statement.timeShare),
            title: "A statement sorts \(sorted) to return \(returned) (\(statement.weightText)).",
            evidence: evidence,
            remedies: [
                .advice(
                    "Index \(sorting.table.name) by what the statement compares with =, then by what it orders by, in "
                        + "the same directions: the rows come in order, and a LIMIT ends the reading."
                )
            ]
        )
    }
}
