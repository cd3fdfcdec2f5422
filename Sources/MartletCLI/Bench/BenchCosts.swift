import CaseStudies
import MartletAdvisor
import MartletCore
import MartletLoad
import MartletPostgres

/// Measures what the indexes and counters of each way cost: bytes, and inserts of single rows.
///
/// It adds rows, so it comes last.
struct BenchCosts: Sendable {
    let study: any CaseStudy
    let settings: BenchSettings

    /// What one way costs.
    struct Cost: Sendable, Encodable {
        let way: Way
        let indexSet: CaseIndexSet
        let indexes: Int
        let indexBytes: Int
        let tableBytes: Int
        /// Rows added in a second, each in a transaction of its own; nil where no table could be written to.
        var insertsPerSecond: Double?
        /// The same as a share of what it was before: the median of the rounds.
        var insertRatio: Double?
        /// The least and the largest share of a round.
        var insertRatioRange: ClosedRange<Double>?
    }

    /// Rounds in which all ways are measured in turn.
    private static let rounds = 5
    /// Time of one way in one round.
    private var time: Duration { settings.size == .large ? .seconds(1) : .milliseconds(300) }
    /// Clients at the same time; SQLite has one writer.
    static func clients(_ dialect: Dialect) -> Int { dialect == .postgres ? 16 : 1 }

    func measure(on stage: BenchStage) async throws -> (costs: [Cost], table: String?) {
        var catalogs: [Way: Catalog] = [:]
        let ways = [Way.before, .seed, .expert]
        for way in ways {
            catalogs[way] = try await stage.engine(way).withConnection(.readOnly) { try await $0.catalog() }
        }
        var costs = ways.compactMap { way in
            catalogs[way].map { cost(way, $0, stage.indexes[way] ?? .none) }
        }
        let largest = study.tables(of: settings.size, for: settings.dialect, seed: 1)
            .sorted { $0.rowCount > $1.rowCount }.map(\.name)
        let table = largest.first { name in
            ways.allSatisfy { way in catalogs[way]?.table(name).map(InsertSample.canFill) ?? false }
        }
        guard let table, let columns = catalogs[.before]?.table(table) else { return (costs, nil) }
        let rates = try await insertRates(InsertSample(table: columns, dialect: settings.dialect), ways, stage)
        for position in costs.indices {
            costs[position].insertsPerSecond = OrderStatistics(rates[position]).median
            let ratios = zip(rates[position], rates[0]).filter { $1 > 0 }.map { $0 / $1 }
            guard !ratios.isEmpty else { continue }
            let order = OrderStatistics(ratios)
            costs[position].insertRatio = order.median
            costs[position].insertRatioRange = order.minimum...order.maximum
        }
        return (costs, "\(table.name)")
    }

    private func cost(_ way: Way, _ catalog: Catalog, _ indexes: CaseIndexSet) -> Cost {
        Cost(
            way: way,
            indexSet: indexes,
            indexes: catalog.tables.reduce(0) { $0 + $1.indexes.count },
            indexBytes: catalog.tables.reduce(0) { $0 + $1.indexBytes },
            tableBytes: catalog.tables.reduce(0) { $0 + $1.tableBytes }
        )
    }

    /// The rates of the rounds for each way.
    private func insertRates(_ sample: InsertSample, _ ways: [Way], _ stage: BenchStage) async throws -> [[Double]] {
        for way in ways {
            try await stage.engine(way)
                .withConnection(.readWrite) { connection in
                    for statement in sample.preparation { _ = try await connection.run("\(unsafeSQL: statement)") }
                }
        }
        var rates = ways.map { _ in [Double]() }
        for round in 0..<Self.rounds {
            let order = round.isMultiple(of: 2) ? Array(ways.indices) : ways.indices.reversed()
            for position in order {
                let engine = stage.engine(ways[position])
                let load = LoadSettings(
                    connections: Self.clients(settings.dialect),
                    length: .duration(time),
                    warmUp: .milliseconds(100),
                    seed: UInt64(round + 1)
                )
                let result = try await LoadRunner([sample.operation.operation(settings.dialect)], settings: load)
                    .run(
                        on: engine,
                        access: .readWrite,
                        executors: (engine as? PostgresEngine)?.taskExecutors ?? []
                    )
                rates[position].append(result.perSecond)
            }
        }
        return rates
    }
}
