package import MartletCore

/// The change of an application's indexes from one set into another, as a migration that can be undone.
package struct IndexSetChange: Sendable {
    private let study: any CaseStudy
    private let dialect: Dialect
    private let added: [CaseIndex]
    private let dropped: [CaseIndex]

    package init(_ study: any CaseStudy, from old: CaseIndexSet, to new: CaseIndexSet, dialect: Dialect) {
        self.study = study
        self.dialect = dialect
        let present = study.indexes(old, for: dialect)
        let wanted = study.indexes(new, for: dialect)
        added = wanted.filter { !present.contains($0) }
        dropped = present.filter { !wanted.contains($0) }
    }

    /// The steps; nil if there is nothing to change.
    ///
    /// New indexes are there before the old ones go, so that no statement is without either.
    package var plan: MigrationPlan? {
        guard !added.isEmpty || !dropped.isEmpty else { return nil }
        return MigrationPlan(
            name: "\(study.name)-indexes",
            summary: summary,
            up: added.map(creation) + dropped.map(removal),
            down: dropped.reversed().map(creation) + added.reversed().map(removal),
            verify: [presence(added, isPresent: true), presence(dropped, isPresent: false)].compactMap(\.self)
        )
    }

    private var summary: String {
        let additions = added.isEmpty ? nil : "adds \(Self.count(added)) that the operations need"
        let removals = dropped.isEmpty ? nil : "drops \(Self.count(dropped)) that they do not"
        let sentence = [additions, removals].compactMap(\.self).joined(separator: ", and ")
        return sentence.prefix(1).uppercased() + sentence.dropFirst() + "."
    }

    private static func count(_ indexes: [CaseIndex]) -> String {
        indexes.count == 1 ? "1 index" : "\(indexes.count) indexes"
    }

    private func creation(_ index: CaseIndex) -> MigrationStep {
        step(dialect == .postgres ? index.concurrentSQL : index.sql, index)
    }

    private func removal(_ index: CaseIndex) -> MigrationStep {
        let name = study.table(index.name, in: dialect).quoted
        return step(dialect == .postgres ? "DROP INDEX CONCURRENTLY \(name)" : "DROP INDEX \(name)", index)
    }

    // https://www.postgresql.org/docs/15/explicit-locking.html#LOCKING-TABLES
    private func step(_ sql: String, _ index: CaseIndex) -> MigrationStep {
        MigrationStep(
            sql: sql,
            isTransactional: dialect == .sqlite,
            lock: dialect == .postgres
                ? "SHARE UPDATE EXCLUSIVE on \(index.table): reads and writes go on"
                : "the write lock of the file: readers go on in WAL mode, writers wait until the step is done",
            index: study.table(index.name, in: dialect)
        )
    }

    private func presence(_ indexes: [CaseIndex], isPresent: Bool) -> String? {
        guard !indexes.isEmpty else { return nil }
        let names = indexes.map { SQLLiteral($0.name, dialect: dialect).description }.joined(separator: ", ")
        let count = isPresent ? indexes.count : 0
        return switch dialect {
        case .postgres:
            """
            SELECT count(*) = \(count) FROM pg_catalog.pg_index AS i
            JOIN pg_catalog.pg_class AS c ON c.oid = i.indexrelid
            JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
            WHERE n.nspname = \(SQLLiteral(study.name, dialect: .postgres)) AND i.indisvalid AND c.relname IN (\(names))
            """
        case .sqlite: "SELECT count(*) = \(count) FROM sqlite_master WHERE type = 'index' AND name IN (\(names))"
        }
    }
}

extension CaseIndex {
    /// The statement that builds it without blocking writers, which PostgreSQL alone can.
    fileprivate var concurrentSQL: String {
        sql.replacing(" INDEX ", with: " INDEX CONCURRENTLY ", maxReplacements: 1)
    }
}
