package import MartletCore

/// Columns of partial indexes that the index's own predicate fixes to one value.
package struct ConstantIndexColumn: Rule {
    package static let name = "constant-index-column"

    package init() {}

    package func findings(in observation: Observation) -> [Finding] {
        // SQLite reads a column that a statement tests from the table unless the index has it, even if the predicate
        // fixes it (seen with EXPLAIN QUERY PLAN on 3.40.1): there the column makes the index a covering one.
        // PostgreSQL has no such need: https://www.postgresql.org/docs/15/indexes-index-only-scans.html
        guard observation.catalog.dialect == .postgres else { return [] }
        var names = IndexNames(observation.catalog)
        let inventory = IndexInventory(observation.catalog)
        return observation.catalog.tables.filter(\.standsForItself)
            .flatMap { table in
                table.indexes.compactMap { finding($0, on: table, &names, inventory) }
            }
    }

    private func finding(
        _ index: Index,
        on table: Table,
        _ names: inout IndexNames,
        _ inventory: IndexInventory
    ) -> Finding? {
        guard index.isValid, let predicate = index.predicate else { return nil }
        let constants = index.condition(in: table)?.constants ?? [:]
        let isConstant = { (key: Index.Key) in !key.isExpression && constants[key.text] != nil }
        let idle = index.keys.filter(isConstant).map(\.text) + index.included.filter { constants[$0] != nil }
        let keys = index.keys.filter { !isConstant($0) }
        // An index of nothing but constants lists its rows, and must have some key.
        guard let column = idle.first, !keys.isEmpty else { return nil }
        let definition = IndexDefinition(
            name: names.name(table: table.name, columns: keys.map(\.text)),
            table: table.name,
            keys: keys,
            included: index.included.filter { constants[$0] == nil },
            predicate: predicate,
            isUnique: index.isUnique
        )
        // ON CONFLICT names the columns of a unique index: statements may depend on them.
        let canReplace = !index.isUnique && index.isDroppable(in: table, of: inventory)
        return Finding(
            rule: name,
            subject: index.qualifiedName.subject,
            severity: .note,
            weight: .bytes(index.sizeBytes),
            title: "\(column) has one value only within \(index.qualifiedName), and is part of it.",
            evidence: [
                "It holds only rows where \(predicate), so \(idle.joined(separator: ", ")) tells no two of them apart."
            ] + index.costEvidence,
            remedies: canReplace
                ? [.replaceIndex(index, with: definition)]
                : [.advice("Leave \(column) out when the index is next made anew; statements may name its columns.")]
        )
    }
}
