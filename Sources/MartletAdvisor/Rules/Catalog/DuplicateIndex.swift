package import MartletCore

/// Indexes that are the same as another one of their table.
package struct DuplicateIndex: Rule {
    package static let name = "duplicate-index"

    package init() {}

    package func findings(in observation: Observation) -> [Finding] {
        observation.catalog.tables.filter(\.standsForItself).flatMap { table in
            findings(on: table, observation)
        }
    }

    private func findings(on table: Table, _ observation: Observation) -> [Finding] {
        let catalog = observation.catalog
        // The one to keep comes first: what others lean on, what does more, then the older as far as names tell
        // (a second index gets a number behind its name).
        let ranked = table.indexesWithOwnOrder(dialect: catalog.dialect).sorted { first, second in
            let firstStays = !first.isDroppable(in: table, of: catalog)
            let secondStays = !second.isDroppable(in: table, of: catalog)
            if firstStays != secondStays { return firstStays }
            if first.isUnique != second.isUnique { return first.isUnique }
            return first.name < second.name
        }
        return ranked.indices.compactMap { position -> Finding? in
            let index = ranked[position]
            guard index.isDroppable(in: table, of: catalog) else { return nil }
            let earlier = ranked[..<position]
            let kept = earlier.first { index.isSame(as: $0, in: table) && ($0.isUnique || !index.isUnique) }
            return kept.map { finding(index, kept: $0, observation) }
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
            title: "\(index.qualifiedName) is a duplicate of \(kept.name).",
            evidence: evidence,
            remedies: [.dropIndex(index)]
        )
    }
}
