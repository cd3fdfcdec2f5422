import CaseStudies
import MartletAdvisor
import MartletCore

/// The database of an application as one of its ways leaves it: its rows, its indexes, its change to the schema.
struct CaseSide: Sendable {
    let study: any CaseStudy
    let size: CaseSize
    let way: Way
    /// The indexes that are asked for; nil for those that the way brings along.
    let indexesForced: CaseIndexSet?

    /// The indexes it has.
    var indexes: CaseIndexSet {
        indexesForced ?? study.indexSet(of: way) ?? study.indexesAtFirst
    }

    /// Builds it on an empty database.
    func build(on database: DemoDatabase, progress: @escaping (String) -> Void) async throws {
        try await database.engine.withConnection(.readWrite) { connection in
            try await CaseBuilder(study, size: size)
                .build(on: connection, indexes: indexes) { loaded, all in
                    progress("\(Figures.count(loaded)) of \(Figures.rows(all))")
                }
        }
        try await migrate(database)
        try await settle(database)
    }

    /// Makes it of another side: a copy whose indexes and schema are changed.
    func make(of other: CaseSide, on database: DemoDatabase) async throws -> DemoDatabase {
        let copy = try await database.copy(named: way.rawValue)
        try await copy.engine.withConnection(.readWrite) { connection in
            try await CaseBuilder(study, size: size).replaceIndexes(other.indexes, by: indexes, on: connection)
        }
        try await migrate(copy)
        try await settle(copy)
        return copy
    }

    /// Leaves the files of all sides in the same state, so that none pays for how it was made.
    ///
    /// Indexes on expressions have statistics of their own, and a migration may have rewritten a table; what SQLite
    /// has in its write-ahead log is slower to read and to add to.
    private func settle(_ database: DemoDatabase) async throws {
        try await database.engine.withConnection(.readWrite) { connection in
            switch connection.dialect {
            case .postgres:
                _ = try await connection.run("VACUUM (ANALYZE)")
            case .sqlite:
                for statement: BoundStatement in ["ANALYZE", "VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"] {
                    _ = try await connection.run(statement)
                }
            }
        }
    }

    /// Whether it differs from another in nothing that is in the database.
    func isSame(as other: CaseSide, _ dialect: Dialect) -> Bool {
        indexes == other.indexes
            && [way, other.way]
                .allSatisfy { way in
                    study.migration(for: way, dialect: dialect) == nil
                        && study.counters(for: way, dialect: dialect).isEmpty
                }
    }

    /// Applies the way's change to the schema, if it needs one, and adds its counters with what they stand on.
    private func migrate(_ database: DemoDatabase) async throws {
        let dialect = database.engine.dialect
        if let plan = study.migration(for: way, dialect: dialect) {
            let runner = MigrationDesk(engine: database.engine, terminal: Terminal()).quietRunner
            let migration = Migration(plan, finding: "", dialect: dialect, createdAt: MigrationDesk.now())
            _ = try await runner.apply(migration)
        }
        let counters = CaseCounters(study, way, on: database.engine)
        try await counters.addIndexes()
        _ = try await counters.addVerified()
    }
}
