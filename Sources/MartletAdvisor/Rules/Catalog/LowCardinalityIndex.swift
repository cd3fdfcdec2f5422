package import MartletCore

/// Indexes on one column that has only a few values: they cost every write and rarely help a read.
package struct LowCardinalityIndex: Rule {
    package static let name = "low-cardinality-index"

    package init() {}

    package func findings(in observation: Observation) -> [Finding] {
        let inventory = IndexInventory(observation.catalog)
        return observation.catalog.tables.filter(\.standsForItself)
            .flatMap { table in
                table.indexes.compactMap { finding($0, on: table, inventory, observation.thresholds) }
            }
    }

    private func finding(
        _ index: Index,
        on table: Table,
        _ inventory: IndexInventory,
        _ thresholds: Thresholds
    ) -> Finding? {
        guard index.isValid, !index.isUnique, index.method == "btree", index.predicate == nil, index.included.isEmpty,
            index.isDroppable(in: table, of: inventory), index.keys.count == 1,
            let key = index.keys.first, !key.isExpression, let column = table.column(key.text),
            table.foreignKeysFound(by: index).isEmpty,
            let reason = reason(column, of: table, thresholds)
        else { return nil }
        var evidence = [reason] + index.costEvidence
        let isUsed = (index.scans ?? 0) > 0
        if isUsed {
            evidence.append("It is used, which it can be for a value that few rows have.")
        }
        evidence.append(
            inventory.dialect == .postgres
                ? "An update that changes \(column.name) cannot be a heap-only one because of it."
                : "An update that changes \(column.name) writes to it as well."
        )
        let partial = Remedy.advice(
            "If statements look for one rare value of \(column.name), index what they sort or search by beside it, "
                + "WHERE \(column.name) has that value."
        )
        return Finding(
            rule: name,
            subject: index.qualifiedName.subject,
            severity: isUsed || index.isTiny(thresholds) ? .note : .warning,
            weight: .bytes(index.sizeBytes),
            title: "\(index.qualifiedName) is on \(column.name), which has only a few values.",
            evidence: evidence,
            // What is used is not dropped before something takes its place.
            remedies: isUsed ? [partial] : [.dropIndex(index), partial]
        )
    }

    /// How it is known that the column has few values; nil if it is not.
    private func reason(_ column: Table.Column, of table: Table, _ thresholds: Thresholds) -> String? {
        if ["boolean", "bool"].contains(column.type.lowercased()) {
            return "\(column.name) is a boolean."
        }
        if let count = listedValues(of: column, in: table), count <= thresholds.fewDistinctValues {
            return "A CHECK allows \(Figures.count(count, "value", "values")) for \(column.name)."
        }
        guard let distinct = column.distinctValues, let rows = table.estimatedRows,
            rows >= thresholds.rowsForDistinctValues
        else { return nil }
        let count = Int((distinct < 0 ? -distinct * Double(rows) : distinct).rounded())
        guard count > 0, count <= thresholds.fewDistinctValues else { return nil }
        return "The statistics know \(Figures.count(count, "value", "values")) of \(column.name) "
            + "in \(table.rowsText)."
    }

    private func listedValues(of column: Table.Column, in table: Table) -> Int? {
        for constraint in table.constraints {
            guard case .check(let text) = constraint.kind else { continue }
            for case .isOneOf(column.name, let count) in SQLCondition(text, of: table).parts {
                return count
            }
        }
        return nil
    }
}
