import CaseStudies
import Martlet
import MartletAdvisor
import MartletCore

/// All that a demo measured, for people as a table and for programs as JSON.
struct DemoResult: Sendable {
    let study: String
    let dialect: Dialect
    let version: String
    let size: CaseSize
    let roundTripTime: Duration
    let findings: [Finding]
    let migrations: [Migration]
    let counters: [CounterName]
    let rows: [DemoRow]
    let before: [Trace]
    let after: [Trace]
    let isSchemaRestored: Bool

    /// Claimed, before, each way, ratio with its interval, verdict.
    var table: [String] {
        var table = TextTable(
            header: ["row", "claimed"] + Way.allCases.map(\.label) + ["before ÷ ours", "verdict"],
            rightAligned: [2, 3, 4, 5, 6]
        )
        for row in rows {
            let expert = row.proofs[.expert]
            table.append([
                row.id,
                row.claim,
                (expert ?? row.proofs[.seed]).map { Figures.seconds($0.before.medianSeconds) } ?? "–",
                row.proofs[.fair].map { Figures.seconds($0.after.medianSeconds) } ?? "–",
                row.proofs[.seed].map { Figures.seconds($0.after.medianSeconds) } ?? "–",
                expert.map { Figures.seconds($0.after.medianSeconds) } ?? "–",
                expert.map(DemoRow.ratio) ?? "–",
                row.verdict,
            ])
        }
        return table.lines
    }

    /// What the columns mean, and under which conditions it was measured.
    var legend: String {
        let distance = roundTripTime > .zero ? ", \(Figures.duration(roundTripTime)) added to each round trip" : ""
        return "Medians on \(version), size \(size.rawValue)\(distance). Fair: better statements, same schema. "
            + "Interval: 95 %, bootstrap."
    }

    /// The document of `demo --format json`.
    ///
    /// Keys keep their names and meaning; new ones may be added.
    var json: String {
        DemoDocument(self).json
    }
}
