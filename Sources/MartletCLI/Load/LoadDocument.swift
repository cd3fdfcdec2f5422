import MartletLoad

/// The report of `load --format json`.
///
/// Keys keep their names and meaning; new ones may be added.
struct LoadDocument: Encodable {
    /// Times of one kind.
    struct Times: Encodable {
        let count: Int
        let meanSeconds: Double
        let p50Seconds: Double
        let p95Seconds: Double
        let p99Seconds: Double
        let longestSeconds: Double

        init(_ histogram: LatencyHistogram) {
            count = histogram.count
            meanSeconds = histogram.mean / .seconds(1)
            p50Seconds = histogram.percentile(50) / .seconds(1)
            p95Seconds = histogram.percentile(95) / .seconds(1)
            p99Seconds = histogram.percentile(99) / .seconds(1)
            longestSeconds = histogram.longest / .seconds(1)
        }
    }

    struct Operation: Encodable {
        let name: String
        let runs: Int
        let failures: Int
        let firstFailure: String?
        let unbegun: Int
        let unanswered: Int
        let latency: Times
        /// Without the wait for a free connection; left out where there is none.
        let service: Times?
        let targetSeconds: Double?
        let acceptableSeconds: Double?
        let targetPercentile: Double?
        let grade: TargetGrade?
        let isBroken: Bool
    }

    let database: String
    let connections: Int
    /// Sessions that all clients share; left out where each has its own.
    let pool: Int?
    let threads: Int?
    let rate: Double?
    let seed: UInt64
    let isInterrupted: Bool
    let elapsedSeconds: Double
    let runsPerSecond: Double
    let processorSeconds: Double
    let ownLag: Times
    let connectionWait: Times?
    let operations: [Operation]

    init(_ report: LoadReport) {
        database = report.database
        connections = report.settings.connections
        pool = report.pool
        threads = report.threads
        rate = report.settings.rate
        seed = report.settings.seed
        isInterrupted = report.result.isInterrupted
        elapsedSeconds = report.result.elapsed / .seconds(1)
        runsPerSecond = report.result.perSecond
        processorSeconds = report.result.processorSeconds
        ownLag = Times(report.result.ownLag)
        connectionWait = report.settings.rate == nil ? nil : Times(report.result.connectionWait)
        operations = report.rows.map { row in
            Operation(
                name: row.measurement.name,
                runs: row.measurement.completed,
                failures: row.measurement.failures,
                firstFailure: row.measurement.firstFailure,
                unbegun: row.measurement.unbegun,
                unanswered: row.measurement.unanswered,
                latency: Times(row.measurement.latency),
                service: row.measurement.service.count > 0 ? Times(row.measurement.service) : nil,
                targetSeconds: row.target.map { $0.target / .seconds(1) },
                acceptableSeconds: row.target?.acceptable.map { $0 / .seconds(1) },
                targetPercentile: row.target?.percentile,
                grade: row.grade,
                isBroken: row.isBroken(report.worstPassing)
            )
        }
    }
}
