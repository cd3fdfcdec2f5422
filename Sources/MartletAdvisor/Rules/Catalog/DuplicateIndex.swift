package import MartletCore

/// Indexes that are the same as another one of their table.
package struct DuplicateIndex: Rule {
    package static let name = "duplicate-index"

    package init() {}

    package func findings(in observation: Observation) -> [Finding] {
        let inventory = IndexInventory(observation.catalog)
        return observation.catalog.tables.flatMap { table in
            table.duplicates(in: inventory).map { finding($0.index, kept: $0.kept, observation) }
        }
    }

    private func finding(_ index: Index, kept: Index, _ observation: Observation) -> Finding {
        var evidence = ["Both have the key (\(index.keyText)) on \(index.table)."]
        if let predicate = index.predicate { evidence.append("Both hold the rows where \(predicate).") }
        if let constraint = kept.constraint { evidence.append("\(kept.name) backs the constraint \(constraint).") }
        evidence.append(contentsOf: index.costEvidence)
        return Finding(
            rule: name,
            subject: index.qualifiedName.subject,
            severity: index.isTiny(observation.thresholds) ? .note : .warning,
            weight: .bytes(index.sizeBytes),
            title: "\(index.qualifiedName) is a duplicate of \(kept.name).",
            evidence: evidence,
            remedies: [.dropIndex(index)]
        )
    }
}
