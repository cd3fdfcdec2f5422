import Foundation
import MartletAdvisor
import MartletCore
import MartletLoad

/// What a load measured, graded, for people and for programs.
struct LoadReport: Sendable {
    /// One operation with its grade.
    struct Row: Sendable {
        /// Its place, from 1; the exit code of a broken target is 10 more.
        let number: Int
        let measurement: OperationMeasurement
        let target: LatencyTarget?
        let grade: TargetGrade?

        /// Whether somebody has to act, given the worst grade that still passes.
        func isBroken(_ worstPassing: TargetGrade) -> Bool {
            guard let grade else { return measurement.failures > 0 || measurement.completed == 0 }
            return grade > worstPassing
        }
    }

    let result: LoadResult
    let settings: LoadSettings
    /// Sessions that all clients share; nil if each has its own.
    let pool: Int?
    let threads: Int?
    let database: String
    let rows: [Row]
    let worstPassing: TargetGrade

    init(
        _ result: LoadResult,
        settings: LoadSettings,
        pool: Int?,
        threads: Int?,
        database: String,
        targets: [String: LatencyTarget],
        worstPassing: TargetGrade
    ) {
        self.result = result
        self.settings = settings
        self.pool = pool
        self.threads = threads
        self.database = database
        self.worstPassing = worstPassing
        rows = result.operations.enumerated()
            .map { position, measurement in
                let target = targets[measurement.name]
                return Row(
                    number: position + 1,
                    measurement: measurement,
                    target: target,
                    grade: target.map { $0.grade(measurement) }
                )
            }
    }

    /// Operations that are too slow, that failed or that were never answered.
    var broken: [Row] { rows.filter { $0.isBroken(worstPassing) } }

    /// The verdict, the figures, and what is the generator's own.
    func lines(_ terminal: Terminal) -> [String] {
        [terminal.toned(verdict, broken.isEmpty ? .good : .bad), conditions, ""] + table + [""] + notes
    }

    private var verdict: String {
        let interrupted = result.isInterrupted ? "Interrupted. " : ""
        guard broken.isEmpty else {
            let count = Figures.count(broken.count)
            return interrupted + "\(count) of \(Figures.count(rows.count, "operation", "operations")) broken. First: "
                + broken.map(Self.reason)[0]
        }
        return interrupted + success
    }

    /// How many targets were reached, and the grades of those that were not but pass.
    private var success: String {
        let grades = rows.compactMap(\.grade)
        guard !grades.isEmpty else {
            return "\(Figures.count(result.completed, "run", "runs")) without a failure; no targets were given."
        }
        let others = grades.filter { !$0.isReached }
        let targets = Figures.count(grades.count, "target", "targets")
        guard !others.isEmpty else { return "\(targets) reached." }
        let counts = TargetGrade.allCases.filter(others.contains)
            .map { grade in "\(Figures.count(others.count { $0 == grade })) \(grade.rawValue)" }
        return "\(Figures.count(grades.count - others.count)) of \(targets) reached, "
            + counts.joined(separator: ", ") + "."
    }

    private static func reason(_ row: Row) -> String {
        let measurement = row.measurement
        if measurement.completed == 0 && measurement.failures == 0 { return "\(measurement.name) was never answered." }
        if measurement.failures > 0 {
            return "\(measurement.name) failed \(Figures.count(measurement.failures, "time", "times")): "
                + (measurement.firstFailure ?? "")
        }
        guard let target = row.target else { return measurement.name }
        let time = Figures.duration(measurement.latency.percentile(target.percentile))
        return "\(measurement.name) takes \(time) (\(percentile(target))), its target is \(limits(target))."
    }

    private var conditions: String {
        let model =
            settings.rate.map { "open model, \(Self.rate($0)) starts/s" } ?? "closed model"
        let length =
            switch settings.length {
            case .runsPerConnection(let runs): "\(Figures.count(runs, "run", "runs")) on each"
            case .duration(let duration): Figures.duration(duration)
            }
        let threads = threads.map { " on \(Figures.count($0, "thread", "threads"))" } ?? ""
        let clients =
            pool.map { size in
                Figures.count(settings.connections, "client", "clients") + " of a pool of "
                    + Figures.count(size, "connection", "connections")
            }
            ?? Figures.count(settings.connections, "connection", "connections")
        return "\(database) · \(model) · \(clients)\(threads)"
            + " · \(length) after \(Figures.duration(settings.warmUp)) of warm-up · seed \(settings.seed)"
    }

    /// A rate with the digits that it needs: one below ten may be a fraction.
    private static func rate(_ rate: Double) -> String {
        guard rate < 10 else { return Figures.count(Int(rate.rounded())) }
        return rate.formatted(.number.precision(.significantDigits(1...6)).locale(Locale(identifier: "en_US")))
    }

    private var table: [String] {
        var table = TextTable(
            header: ["", "operation", "runs", "failed", "p50", "p95", "p99", "longest", "target", "grade"],
            rightAligned: [0, 2, 3, 4, 5, 6, 7]
        )
        for row in rows {
            table.append(
                ["\(row.number)", row.measurement.name] + Self.figures(row.measurement)
                    + [row.target.map { "\(Self.percentile($0)) \(Self.limits($0))" } ?? "", row.grade?.rawValue ?? ""]
            )
        }
        return table.lines
    }

    private static func figures(_ measurement: OperationMeasurement) -> [String] {
        let latency = measurement.latency
        let times = [50.0, 95, 99].map { latency.count == 0 ? "–" : Figures.duration(latency.percentile($0)) }
        return [Figures.count(measurement.completed), Figures.count(measurement.failures)] + times
            + [latency.count == 0 ? "–" : Figures.duration(latency.longest)]
    }

    private static func percentile(_ target: LatencyTarget) -> String {
        "p\(target.percentile.formatted(.number))"
    }

    private static func limits(_ target: LatencyTarget) -> String {
        "≤ \(Figures.duration(target.target))"
            + (target.acceptable.map { " (acceptable \(Figures.duration($0)))" } ?? "")
    }

    /// Rates, and how much of the times is this process's own.
    private var notes: [String] {
        var notes = [
            "\(Figures.count(Int(result.perSecond.rounded()))) runs/s in \(Figures.duration(result.elapsed))."
        ]
        if result.unbegun > 0 {
            notes.append(
                "The database did not keep up: \(Figures.count(result.unbegun, "run", "runs")) that "
                    + "were due had not begun at the end. They count with the time that they had waited."
            )
        }
        if result.unanswered > 0 {
            notes.append(
                "\(Figures.count(result.unanswered, "run", "runs")) cut off by the interruption, counted with the time "
                    + "waited by then."
            )
        }
        if settings.rate != nil {
            notes.append("Wait for a free connection: \(Self.percentiles(result.connectionWait)).")
        }
        notes.append("Own lag: \(Self.percentiles(result.ownLag)); \(ownTime).")
        if isOwnLagLarge {
            notes.append(
                "The generator itself was late: its lag is within the times above. "
                    + (threads == nil ? "Use another machine." : "Use more threads (-j), or another machine.")
            )
        }
        return notes
    }

    private static func percentiles(_ histogram: LatencyHistogram) -> String {
        guard histogram.count > 0 else { return "–" }
        return "p50 \(Figures.duration(histogram.percentile(50))), p99 \(Figures.duration(histogram.percentile(99)))"
    }

    private var ownTime: String {
        let each = result.completed > 0 ? result.processorSeconds / Double(result.completed) : 0
        let share = result.processorSeconds / max(result.elapsed / .seconds(1), 1e-9)
        let whose = threads == nil ? "processor time, SQLite's work included, " : "own processor time "
        return "\(whose)\(Figures.seconds(each)) a run, \(Figures.percent(share)) of a core"
    }

    /// Share of the slowest hundredth of the answers from which on the generator's own lag is worth a warning.
    private static let lagShareMax = 0.1
    /// No timer of a machine that is shared is more exact than this.
    private static let lagMax = Duration.milliseconds(1)

    var isOwnLagLarge: Bool {
        let latency = result.latency
        guard latency.count > 0 else { return false }
        let lag = result.ownLag.percentile(99)
        return lag > latency.percentile(99) * Self.lagShareMax && lag > Self.lagMax
    }
}
