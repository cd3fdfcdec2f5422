package import MartletCore

/// Builds the database of a case study on an empty one.
package struct CaseBuilder: Sendable {
    package let study: any CaseStudy
    package let size: CaseSize
    package let seed: UInt64

    package init(_ study: any CaseStudy, size: CaseSize, seed: UInt64 = 1) {
        self.study = study
        self.size = size
        self.seed = seed
    }

    /// Creates the schema, loads the rows, builds the indexes and collects statistics.
    ///
    /// `progress` is called after each batch with the rows loaded so far and the rows in all. A schema of the same
    /// name that exists already is an error, never dropped.
    package func build(
        on connection: any Connection,
        indexes: CaseIndexSet = .none,
        progress: (_ loaded: Int, _ all: Int) -> Void = { _, _ in }
    ) async throws {
        try await connection.runScript(study.schema(for: connection.dialect))
        let tables = study.tables(of: size, for: connection.dialect, seed: seed)
        let all = tables.reduce(0) { $0 + $1.rowCount }
        var loaded = 0
        for table in tables {
            try await table.forEachBatch { rows in
                loaded += try await connection.load(rows, into: table.name, columns: table.columns)
                progress(loaded, all)
            }
            try await advanceSequence(of: table, on: connection)
        }
        for index in study.indexes(indexes, for: connection.dialect) {
            try await connection.run(BoundStatement(Statement(unsafeText: index.sql)))
        }
        try await collectStatistics(tables, on: connection)
    }

    /// Replaces the indexes of one set by those of another.
    package func replaceIndexes(_ old: CaseIndexSet, by new: CaseIndexSet, on connection: any Connection) async throws {
        let dialect = connection.dialect
        let kept = Set(study.indexes(new, for: dialect))
        for index in study.indexes(old, for: dialect) where !kept.contains(index) {
            try await connection.run("DROP INDEX \(study.table(index.name, in: dialect))")
        }
        let present = Set(study.indexes(old, for: dialect))
        for index in study.indexes(new, for: dialect) where !present.contains(index) {
            try await connection.run(BoundStatement(Statement(unsafeText: index.sql)))
        }
    }

    /// Rows were loaded with their identity; the next one the application adds must not collide.
    private func advanceSequence(of table: GeneratedTable, on connection: any Connection) async throws {
        guard connection.dialect == .postgres, let column = table.identityColumn, table.rowCount > 0 else { return }
        try await connection.run(
            "SELECT setval(pg_get_serial_sequence(\(table.name.quoted), \(column)), \(table.rowCount)::bigint)"
        )
    }

    /// PostgreSQL: VACUUM too, as autovacuum would have after such a load, so that index-only scans are possible.
    private func collectStatistics(_ tables: [GeneratedTable], on connection: any Connection) async throws {
        switch connection.dialect {
        case .postgres:
            for table in tables { try await connection.run("VACUUM (ANALYZE) \(table.name)") }
        case .sqlite:
            try await connection.run("ANALYZE")
        }
    }
}
