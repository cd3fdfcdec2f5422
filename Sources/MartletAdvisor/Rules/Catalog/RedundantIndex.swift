package import MartletCore

/// Indexes that serve nothing which another index does not serve as well.
package struct RedundantIndex: Rule {
    package static let name = "redundant-index"

    package init() {}

    package func findings(in observation: Observation) -> [Finding] {
        var names = IndexNames(observation.catalog)
        let inventory = IndexInventory(observation.catalog)
        return observation.catalog.tables.flatMap { table in
            table.redundancies(in: inventory)
                .map { redundancy in
                    finding(redundancy, on: table, &names, observation)
                }
        }
    }

    private func finding(
        _ redundancy: Redundancy,
        on table: Table,
        _ names: inout IndexNames,
        _ observation: Observation
    ) -> Finding {
        let index = redundancy.index
        let (title, evidence, remedy) = verdict(redundancy, on: table, &names)
        return Finding(
            rule: name,
            subject: index.qualifiedName.subject,
            severity: index.isTiny(observation.thresholds) || redundancy.isBehindPrimaryKey ? .note : .warning,
            weight: .bytes(index.sizeBytes),
            title: title,
            evidence: evidence + index.costEvidence,
            remedies: [remedy]
        )
    }

    private static let coveringEvidence =
        "The columns behind help only a statement that reads no others, and so needs the index alone."

    private func verdict(
        _ redundancy: Redundancy,
        on table: Table,
        _ names: inout IndexNames
    ) -> (title: String, evidence: [String], remedy: Remedy) {
        let index = redundancy.index
        let primaryKey = table.primaryKeyColumns.joined(separator: ", ")
        switch redundancy.reason {
        case .covered(let other, .prefix):
            let evidence = ["Its key (\(index.keyText)) is the beginning of (\(other.keyText)) of \(other.name)."]
            return ("\(index.qualifiedName) is covered by \(other.name).", evidence, .dropIndex(index))
        case .covered(let other, .impliedPredicate):
            let evidence = [
                "It holds (\(index.keyText)) where \(index.predicate ?? "").",
                "\(other.name) finds the same rows by its key (\(other.keyText)), as it has all rows.",
            ]
            return ("\(index.qualifiedName) is covered by the full index \(other.name).", evidence, .dropIndex(index))
        case .behindPrimaryKey(let other):
            let evidence = [
                "Its key (\(index.keyText)) contains the primary key (\(primaryKey)) and goes on behind it.",
                "\(other.name) (\(other.keyText)) finds rows by the columns before.",
                Self.coveringEvidence,
            ]
            let title = "\(index.qualifiedName) finds nothing that the primary key does not."
            return (title, evidence, remedy(.dropIndex(index), for: index))
        case .behindPrimaryKeyNeeded(let keys):
            let definition = IndexDefinition(
                name: names.name(table: table.name, columns: keys.map(\.text)),
                table: table.name,
                keys: keys,
                included: index.included,
                predicate: index.predicate
            )
            let evidence = [
                "Its key (\(index.keyText)) contains the primary key (\(primaryKey)) and goes on behind it, "
                    + "where nothing is left to tell apart or to order.",
                "No other index finds rows by the columns before, so a shorter one must take its place.",
                Self.coveringEvidence,
            ]
            let title = "\(index.qualifiedName) has columns behind the primary key, which find nothing more."
            return (title, evidence, remedy(.replaceIndex(index, with: definition), for: index))
        }
    }

    /// Where uses are not counted, only a person knows whether some statement reads the index alone.
    private func remedy(_ remedy: Remedy, for index: Index) -> Remedy {
        guard index.scans == nil else { return remedy }
        return .advice("See that no statement reads the columns of \(index.name) alone; then drop it, or shorten it.")
    }
}
