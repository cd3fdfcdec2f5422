import CaseStudies
import MartletAdvisor
import MartletCore

/// All that was measured of one application.
struct BenchResult: Sendable {
    let study: String
    let version: String
    let settings: BenchSettings
    /// The indexes of each way.
    let indexes: [Way: CaseIndexSet]
    let rows: [BenchRow]
    let waits: [BystanderWait]
    let costs: (costs: [BenchCosts.Cost], table: String?)
    let duration: Duration

    /// Whether something could not be measured.
    var hasFailures: Bool { rows.contains { $0.failure != nil } }

    /// The application and the conditions, in a line.
    var title: String {
        let engine = settings.dialect == .postgres ? "PostgreSQL" : "SQLite"
        return "\(study) on \(engine) \(version), size \(settings.size.rawValue)"
    }

    /// All tables, in the order of a report.
    var tables: [TextTable] {
        [summary, details, waitTable, costTable].compactMap(\.self)
    }

    /// One line for each operation and distance.
    private var summary: TextTable {
        var table = TextTable(
            header: ["row", "RTT", "claimed"] + Way.allCases.map(\.label)
                + ["before ÷ document's", "before ÷ ours", "verdict"],
            rightAligned: [1, 3, 4, 5, 6, 7, 8]
        )
        for row in rows {
            table.append([
                row.id, row.distance, row.claim, row.median(.before), row.median(.fair),
                row.median(.seed), row.median(.expert), row.ratio(.seed), row.ratio(.expert), row.verdictText,
            ])
        }
        return table
    }

    /// One line for each way of each operation.
    private var details: TextTable {
        var table = TextTable(
            header: [
                "row", "RTT", "way", "p50", "p95", "p99", "runs", "statements", "round trips", "rows", "bytes", "work",
            ],
            rightAligned: [1, 3, 4, 5, 6, 7, 8, 9, 10, 11]
        )
        for row in rows {
            for (name, side) in row.measured {
                table.append([
                    row.id, row.distance, name, Figures.seconds(side.medianSeconds),
                    Figures.seconds(side.p95Seconds), side.p99Seconds.map { Figures.seconds($0) } ?? "–",
                    side.runs.map { Figures.count($0) } ?? "–",
                    Figures.count(side.statements), Figures.count(side.roundTrips), Figures.count(side.rows),
                    Figures.bytes(side.bytes), Self.work(side),
                ])
            }
        }
        return table
    }

    private static func work(_ side: Proof.Side) -> String {
        side.buffers.map { Figures.count($0, "buffer", "buffers") }
            ?? side.virtualMachineSteps.map { Figures.count($0, "step", "steps") } ?? "–"
    }

    /// How long others wait while an operation runs; nil where none was asked.
    private var waitTable: TextTable? {
        guard !waits.isEmpty else { return nil }
        var table = TextTable(
            header: ["row", "way", "others alone: p50", "p95", "meanwhile: p50", "p95", "meanwhile ÷ alone"],
            rightAligned: [2, 3, 4, 5, 6]
        )
        for wait in waits {
            table.append(
                [wait.row, wait.way.label]
                    + [wait.alone.medianSeconds, wait.alone.p95Seconds].map { Figures.seconds($0) }
                    + [wait.beside.medianSeconds, wait.beside.p95Seconds].map { Figures.seconds($0) }
                    + [wait.ratioText]
            )
        }
        return table
    }

    /// What each way costs beside its gains.
    private var costTable: TextTable {
        var table = TextTable(
            header: ["way", "index set", "indexes", "their bytes", "tables", "inserts/s", "of before"],
            rightAligned: [2, 3, 4, 5, 6]
        )
        for cost in costs.costs {
            table.append([
                cost.way.label, cost.indexSet.rawValue, Figures.count(cost.indexes), Figures.bytes(cost.indexBytes),
                Figures.bytes(cost.tableBytes), cost.insertsPerSecond.map { Figures.count(Int($0)) } ?? "–",
                Self.share(cost),
            ])
        }
        return table
    }

    /// `43 %`, and of which rounds where they differ.
    private static func share(_ cost: BenchCosts.Cost) -> String {
        guard let ratio = cost.insertRatio, let range = cost.insertRatioRange else { return "–" }
        let ends = [range.lowerBound, range.upperBound].map { Figures.percent($0) }
        return ends[0] == ends[1] ? Figures.percent(ratio) : "\(Figures.percent(ratio)) (\(ends[0]) to \(ends[1]))"
    }

    /// What the columns mean.
    var legend: [String] {
        var lines = [
            "Times are medians. Fair: better statements, same schema. Ratios have 95 % intervals, from runs in turn.",
            "Our way: indexes \(indexes[.expert]?.rawValue ?? "none"); the document's: "
                + "\(indexes[.seed]?.rawValue ?? "none"); before: \(indexes[.before]?.rawValue ?? "none").",
        ]
        if !waits.isEmpty {
            lines.append(
                "Others: \(Figures.count(Int(BystanderProbe.rate))) requests a second of other users, counted from "
                    + "when they were due, while the operation runs again and again; medians of rounds, with the "
                    + "least and the largest ratio of p95."
            )
        }
        if let table = costs.table {
            let clients = Figures.count(BenchCosts.clients(settings.dialect), "client", "clients")
            lines.append(
                "Inserts: single rows of \(table), each its own transaction, \(clients), no distance; medians of "
                    + "rounds, with the least and the largest share."
                    + " No commit waits for the disk."
            )
        }
        for row in rows where row.roundTripTime == settings.roundTripTimes.first {
            for (way, fault) in row.faults.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
                lines.append("Row \(row.id), \(way.label): wrong, it \(fault).")
            }
            for (way, bytes) in row.cacheBytes.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
                lines.append("Row \(row.id), \(way.label): its cache holds \(Figures.bytes(bytes)).")
            }
        }
        return lines
    }
}
