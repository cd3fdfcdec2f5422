import CaseStudies
import MartletCore

/// The report of `bench --format json`.
///
/// Keys keep their names and meaning; new ones may be added.
struct BenchDocument: Encodable {
    struct Row: Encodable {
        let id: String
        let title: String
        let claim: String
        let roundTripSeconds: Double
        let verdict: String
        let verdictText: String
        let failure: String?
        let faults: [String: String]
        let cacheBytes: [String: Int]
        let proofs: [String: Proof]
        let floor: Floor?
        /// The ratio of each way as people read it.
        let ratios: [String: String]
    }

    /// What no way can save, such as the hash of a password.
    struct Floor: Encodable {
        let name: String
        let side: Proof.Side
    }

    struct Study: Encodable {
        let name: String
        let dialect: Dialect
        let version: String
        let size: CaseSize
        let indexes: [String: String]
        let seconds: Double
        let insertTable: String?
        let costs: [BenchCosts.Cost]
        let rows: [Row]
        /// How long others wait while an operation runs.
        let waits: [BystanderWait]
    }

    let studies: [Study]

    init(_ results: [BenchResult]) {
        studies = results.map { result in
            Study(
                name: result.study,
                dialect: result.settings.dialect,
                version: result.version,
                size: result.settings.size,
                indexes: Self.named(result.indexes).mapValues(\.rawValue),
                seconds: result.duration.seconds,
                insertTable: result.costs.table,
                costs: result.costs.costs,
                rows: result.rows.map(Self.row),
                waits: result.waits
            )
        }
    }

    private static func row(_ row: BenchRow) -> Row {
        Row(
            id: row.id,
            title: row.title,
            claim: row.claim,
            roundTripSeconds: row.roundTripTime.seconds,
            verdict: row.failure == nil ? row.verdict.code : "unmeasured",
            verdictText: row.verdictText,
            failure: row.failure,
            faults: named(row.faults),
            cacheBytes: named(row.cacheBytes),
            proofs: named(row.proofs),
            floor: row.floor.map(Floor.init),
            ratios: named(row.proofs).keys
                .reduce(into: [:]) { ratios, name in
                    ratios[name] = Way(rawValue: name).map(row.ratio)
                }
        )
    }

    private static func named<Content>(_ values: [Way: Content]) -> [String: Content] {
        Dictionary(uniqueKeysWithValues: values.map { ($0.rawValue, $1) })
    }
}
