package import MartletCore

/// Foreign keys whose referencing columns no index finds: each delete in the parent reads the whole table.
package struct ForeignKeyWithoutIndex: Rule {
    package static let name = "foreign-key-without-index"

    package init() {}

    package func findings(in observation: Observation) -> [Finding] {
        var names = IndexNames(observation.catalog)
        var findings: [Finding] = []
        for table in observation.catalog.tables where table.standsForItself {
            let indexes = table.indexesWithOwnOrder(dialect: observation.catalog.dialect)
            // Two keys on the same columns need one index.
            var seen: Set<[String]> = []
            for key in table.foreignKeys where seen.insert(key.columns).inserted {
                // SQLite lets a key refer to a table that does not exist: no row is ever deleted there.
                if observation.catalog.dialect == .sqlite, observation.catalog.table(key.parent) == nil { continue }
                guard !indexes.contains(where: { $0.finds(key.columns, in: table) }) else { continue }
                let definition = IndexDefinition(
                    name: names.name(table: table.name, columns: key.columns),
                    table: table.name,
                    keys: key.columns.map { Index.Key($0) }
                )
                findings.append(finding(key, of: table, indexes, remedy: definition, observation))
            }
        }
        return findings
    }

    private func finding(
        _ key: ForeignKey,
        of table: Table,
        _ indexes: [Index],
        remedy: IndexDefinition,
        _ observation: Observation
    ) -> Finding {
        let columns = key.columns.joined(separator: ", ")
        let sharing = table.foreignKeys.filter { $0.columns == key.columns }
        var evidence = sharing.map { key in
            // SQLite's catalog has no names of constraints.
            "\(columns) refers to \(key.parent)(\(key.parentColumns.joined(separator: ", "))); "
                + "deleting there \(key.onDelete.consequence)."
        }
        let helping = indexes.filter { $0.isValid && key.columns.contains($0.keys.first?.text ?? "") }
        for index in indexes where index.keys.first.map({ key.columns.contains($0.text) }) ?? false {
            evidence.append(reasonAgainst(index))
        }
        let helpsInPart = key.columns.count > 1 && helping.contains { $0.predicate == nil && $0.method == "btree" }
        let size = table.tableBytes > 0 ? ", \(Figures.bytes(table.tableBytes))" : ""
        evidence.append(
            "\(table.name) has \(table.rowsText)\(size); "
                + "\(helpsInPart ? "a part" : "all") of it is read for each row that is deleted there."
        )
        return Finding(
            rule: name,
            subject: "\(table.name.subject).\(key.columns.joined(separator: ","))",
            severity: isTiny(table, observation.thresholds) || helpsInPart ? .note : .warning,
            weight: .bytes(table.tableBytes),
            title: "Deleting one row of \(key.parent) reads \(helpsInPart ? "more rows than needed" : "all rows") of "
                + "\(table.name): no index finds them by \(columns).",
            evidence: evidence,
            remedies: [.createIndex(remedy)]
        )
    }

    private func reasonAgainst(_ index: Index) -> String {
        if !index.isValid { return "\(index.name) begins with such a column but is invalid." }
        if let predicate = index.predicate { return "\(index.name) holds only rows where \(predicate)." }
        if index.method != "btree" { return "\(index.name) is \(index.method), which these look-ups do not use." }
        return "\(index.name) begins with such a column but does not lead with all that are needed."
    }

    private func isTiny(_ table: Table, _ thresholds: Thresholds) -> Bool {
        if let rows = table.knownRows { return rows < thresholds.tinyTableRows }
        return table.tableBytes > 0 && table.tableBytes < thresholds.tinyTableBytes
    }
}

extension Constraint.Action {
    /// What it does with the rows that refer to the deleted one.
    fileprivate var consequence: String {
        switch self {
        case .restrict: "is refused while rows refer to it, so they are looked for"
        case .cascade: "deletes the rows that refer to it"
        case .setNull: "sets the reference to NULL"
        case .setDefault: "sets the reference to its default"
        }
    }
}
