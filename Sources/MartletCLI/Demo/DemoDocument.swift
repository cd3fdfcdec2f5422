import CaseStudies
import Martlet
import MartletAdvisor
import MartletCore

/// What a demo measured, for programs.
struct DemoDocument: Encodable {
    struct Row: Encodable {
        let id: String
        let title: String
        let claim: String
        let verdict: String
        let proofs: [String: Proof]
        /// What is known to be wrong with what a way gives.
        let faults: [String: String]
    }

    let study: String
    let dialect: Dialect
    let version: String
    let size: CaseSize
    let roundTripSeconds: Double
    let findings: [FindingDocument]
    let migrations: [String]
    /// Names of the library's counters that the expert's way reads.
    let counters: [String]
    let rows: [Row]
    let isSchemaRestored: Bool

    init(_ result: DemoResult) {
        study = result.study
        dialect = result.dialect
        version = result.version
        size = result.size
        roundTripSeconds = result.roundTripTime / .seconds(1)
        findings = result.findings.map { FindingDocument($0) }
        migrations = result.migrations.map(\.plan.summary)
        counters = result.counters.map(\.text)
        rows = result.rows.map { row in
            Row(
                id: row.id,
                title: row.title,
                claim: row.claim,
                verdict: row.verdict,
                proofs: Dictionary(uniqueKeysWithValues: row.proofs.map { ($0.rawValue, $1) }),
                faults: Dictionary(uniqueKeysWithValues: row.faults.map { ($0.rawValue, $1) })
            )
        }
        isSchemaRestored = result.isSchemaRestored
    }
}
