package import MartletCore

/// Indexes that an interrupted build left behind: written by all, read by none.
package struct InvalidIndex: Rule {
    package static let name = "invalid-index"

    package init() {}

    package func findings(in observation: Observation) -> [Finding] {
        observation.catalog.tables.flatMap { table in
            table.indexes.filter { !$0.isValid }.map { finding($0, on: table) }
        }
    }

    private func finding(_ index: Index, on table: Table) -> Finding {
        var evidence = index.costEvidence
        evidence.append(
            "If a build is running at this moment it is not finished yet: pg_stat_progress_create_index shows it."
        )
        return Finding(
            rule: name,
            subject: index.qualifiedName.subject,
            severity: .warning,
            weight: .bytes(index.sizeBytes),
            title: "\(index.qualifiedName) is invalid: every write keeps it up to date, and no statement reads it.",
            evidence: evidence,
            remedies: [remedy(index, on: table)]
        )
    }

    private func remedy(_ index: Index, on table: Table) -> Remedy {
        if table.kind == .partitioned {
            return .advice("Build the index on each partition that lacks it and attach it; then this one is valid.")
        }
        // What REINDEX CONCURRENTLY leaves behind is dropped, the original is still there:
        // https://www.postgresql.org/docs/15/sql-reindex.html#SQL-REINDEX-CONCURRENTLY
        let stem = index.name.reversed().drop { $0.isNumber }.reversed()
        let isLeftover = ["_ccnew", "_ccold"].contains { String(stem).hasSuffix($0) }
        return isLeftover && index.definition != nil ? .dropIndex(index) : .rebuildIndex(index)
    }
}
