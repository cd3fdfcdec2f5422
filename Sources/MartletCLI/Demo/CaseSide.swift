import CaseStudies
import MartletAdvisor
import MartletCore

/// The database of an application as one of the ways leaves it: its rows, its indexes, its change to the schema.
struct CaseSide: Sendable {
    let study: any CaseStudy
    let size: CaseSize
    let way: Way
    /// The indexes; nil for those that the way brings along, or else those of the document.
    let indexes: IndexSet?

    /// Builds it on an empty database.
    func build(on database: DemoDatabase, progress: @escaping (String) -> Void) async throws {
        let indexes = indexes ?? study.indexSet(of: way) ?? .seed
        try await database.engine.withConnection(.readWrite) { connection in
            try await CaseBuilder(study, size: size)
                .build(on: connection, indexes: indexes) { loaded, all in
                    progress("\(Figures.count(loaded)) of \(Figures.rows(all))")
                }
        }
        try await migrate(database)
    }

    /// Applies the way's change to the schema, if it needs one.
    func migrate(_ database: DemoDatabase) async throws {
        let dialect = database.engine.dialect
        guard let plan = study.migration(for: way, dialect: dialect) else { return }
        let runner = MigrationDesk(engine: database.engine, terminal: Terminal()).quietRunner
        let migration = Migration(plan, finding: "", dialect: dialect, createdAt: MigrationDesk.now())
        _ = try await runner.apply(migration)
    }
}
