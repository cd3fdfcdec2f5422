import CaseStudies
import MartletAdvisor
import MartletCore

/// The databases that the ways of an application run on, all with the same rows.
struct BenchStage: Sendable {
    private let original: DemoDatabase
    private let databases: [Way: DemoDatabase]
    /// The indexes of each way.
    let indexes: [Way: CaseIndexSet]

    /// Builds one database and copies it for each way that needs another schema or other indexes.
    static func build(
        _ study: any CaseStudy,
        _ settings: BenchSettings,
        progress: @escaping (String) -> Void
    ) async throws -> BenchStage {
        let dialect = settings.dialect
        let original = try await DemoDatabase.make(dialect, for: settings.size)
        do {
            func side(_ way: Way) -> CaseSide {
                CaseSide(study: study, size: settings.size, way: way, indexesForced: settings.indexes)
            }
            let first = side(.before)
            try await first.build(on: original) { progress("building \(study.name): \($0)") }
            var databases: [Way: DemoDatabase] = [.before: original, .fair: original]
            for way in [Way.seed, .expert] {
                progress("building \(study.name) as \(way.rawValue) has it")
                let other = side(way)
                databases[way] =
                    other.isSame(as: first, dialect) ? original : try await other.make(of: first, on: original)
            }
            let indexes = Dictionary(uniqueKeysWithValues: Way.allCases.map { ($0, side($0).indexes) })
            return BenchStage(original: original, databases: databases, indexes: indexes)
        } catch {
            await original.stop()
            throw error
        }
    }

    private init(original: DemoDatabase, databases: [Way: DemoDatabase], indexes: [Way: CaseIndexSet]) {
        self.original = original
        self.databases = databases
        self.indexes = indexes
    }

    /// The database of a way.
    func engine(_ way: Way) -> any Engine {
        (databases[way] ?? original).engine
    }

    /// Removes all databases.
    func strike() async {
        await original.stop()
    }
}
