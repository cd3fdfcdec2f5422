package import MartletCore

extension Table {
    /// Its indexes, and on SQLite the b-tree of the table itself, which is ordered by its primary key.
    ///
    /// An INTEGER PRIMARY KEY is the rowid and the key of a table WITHOUT ROWID orders it; neither has an index of its
    /// own: https://www.sqlite.org/withoutrowid.html
    func indexesWithOwnOrder(dialect: Dialect) -> [Index] {
        guard dialect == .sqlite, !primaryKeyColumns.isEmpty, !indexes.contains(where: \.isPrimary) else {
            return indexes
        }
        let own = Index(
            name: "PRIMARY KEY",
            table: name,
            keys: primaryKeyColumns.map { Index.Key($0) },
            isUnique: true,
            isPrimary: true,
            constraint: "PRIMARY KEY"
        )
        return [own] + indexes
    }

    /// The column of that name.
    func column(_ name: String) -> Column? {
        columns.first { $0.name == name }
    }

    /// The best that is known of its rows: the planner's estimate, or the counted ones if they are more.
    ///
    /// CREATE INDEX on an empty table leaves an estimate of 0, which stays until ANALYZE: a table that takes up several
    /// pages is not taken for empty.
    var knownRows: Int? {
        guard let rows = [estimatedRows, usage?.liveRows].compactMap(\.self).max() else { return nil }
        return rows == 0 && tableBytes >= Thresholds.credibleEmptyBytes ? nil : rows
    }

    /// Its rows for people, called an estimate because it is one.
    var rowsText: String {
        knownRows.map { "about \(Figures.rows($0)) (estimate)" } ?? "an unknown number of rows"
    }

    /// Whether rules look at its indexes and keys by themselves.
    ///
    /// A partition follows its parent, also where it has partitions of its own; the rows of a foreign or virtual table
    /// are kept by something else.
    var standsForItself: Bool {
        guard partitionOf == nil else { return false }
        return kind == .ordinary || kind == .partitioned || kind == .materializedView
    }
}

extension QualifiedName {
    /// The name with its schema always, as the subjects of findings have it.
    package var subject: String { "\(schema).\(name)" }
}
