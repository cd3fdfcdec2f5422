package import MartletCore

/// Indexes that no statement has used for long enough that none is likely to.
///
/// Says nothing where usage is not counted (SQLite), and never names an index that a constraint, a replica identity, a
/// foreign key or the plan to drop another index leans on.
package struct UnusedIndex: Rule {
    package static let name = "unused-index"

    package init() {}

    package func findings(in observation: Observation) -> [Finding] {
        let catalog = observation.catalog
        let inventory = IndexInventory(catalog)
        let unused = catalog.tables.filter(\.standsForItself)
            .flatMap { table in
                unusedIndexes(of: table, inventory, observation.thresholds)
            }
        guard !unused.isEmpty else { return [] }
        let days = catalog.statisticsDays
        if !catalog.isReplica, let days, days >= observation.thresholds.unusedIndexDays {
            return unused.map { finding($0, days: days) }
        }
        return [note(on: unused, days: days, observation)]
    }

    private func unusedIndexes(
        of table: Table,
        _ inventory: IndexInventory,
        _ thresholds: Thresholds
    ) -> [Index] {
        let redundancies = table.redundancies(in: inventory)
        let duplicates = table.duplicates(in: inventory)
        // These rules have their say on these: what goes is named there, and what takes over must stay.
        let settled = Set(redundancies.flatMap { [$0.index.name, $0.successor?.name ?? $0.index.name] })
            .union(duplicates.flatMap { [$0.index.name, $0.kept.name] })
        // Foreign keys must keep an index that stays: one that is used, or that nothing lets go.
        let going = Set(redundancies.map(\.index.name) + duplicates.map(\.index.name))
        let lasting = table.indexesWithOwnOrder(dialect: inventory.dialect)
            .filter { index in
                !index.isDroppable(in: table, of: inventory) || index.isUnique
                    || (index.scans ?? 0) > 0 && !going.contains(index.name)
            }
        return table.indexes.filter { index in
            index.scans == 0 && index.isValid && !index.isUnique && index.isDroppable(in: table, of: inventory)
                && index.sizeBytes >= thresholds.tinyIndexBytes && !settled.contains(index.name)
                && table.keepsForeignKeys(without: index, leaving: lasting)
        }
    }

    private func finding(_ index: Index, days: Int) -> Finding {
        Finding(
            rule: name,
            subject: index.qualifiedName.subject,
            severity: .warning,
            weight: .bytes(index.sizeBytes),
            title: "No statement has used \(index.qualifiedName) in \(days) days.",
            evidence: [
                "It has the key (\(index.keyText)) on \(index.table).",
                "\(Figures.bytes(index.sizeBytes)), 0 look-ups; usage has been counted for at least \(days) days.",
                "The database does not record when an index was made: see that this one is not younger than that.",
                "Look-ups on replicas are not counted here.",
            ],
            remedies: [.dropIndex(index)]
        )
    }

    /// One note for all, because each by itself proves nothing yet.
    private func note(on unused: [Index], days: Int?, _ observation: Observation) -> Finding {
        let bytes = Figures.bytes(unused.reduce(0) { $0 + $1.sizeBytes })
        let reason: String
        if observation.catalog.isReplica {
            reason = "This server is a replica: what the primary uses is counted there, so this proves nothing."
        } else if let days {
            reason =
                "Usage has been counted for \(Figures.count(days, "day", "days")) only; it takes "
                + "\(observation.thresholds.unusedIndexDays) to tell, so this proves nothing yet."
        } else {
            reason = "It is not known since when usage has been counted, so this proves nothing."
        }
        let largest = unused.sorted { ($1.sizeBytes, $0.name) < ($0.sizeBytes, $1.name) }
            .prefix(observation.thresholds.largestRelations)
            .map { "\($0.qualifiedName) on \($0.table): \(Figures.bytes($0.sizeBytes))." }
        return Finding(
            rule: name,
            subject: "statistics",
            severity: .note,
            title: "\(Figures.count(unused.count, "index", "indexes")) (\(bytes)) without a counted use so far.",
            evidence: [reason] + largest,
            remedies: []
        )
    }
}

extension Catalog {
    /// Whole days for which usage had been counted at least when it was read; nil where that is not known.
    ///
    /// PostgreSQL does not say since when if the counts were never reset. Then the oldest ANALYZE or VACUUM that it
    /// still remembers is proof for the time since, because a reset forgets these too, and would have left its own
    /// time.
    fileprivate var statisticsDays: Int? {
        let remembered = tables.compactMap(\.usage).flatMap { [$0.lastAnalyzed, $0.lastVacuumed] }.compactMap(\.self)
        guard let since = statisticsSince ?? remembered.min(), since != .distantPast, since <= readAt else {
            return nil
        }
        return Int((readAt.microsecondsSince1970 - since.microsecondsSince1970) / 86_400_000_000)
    }
}
