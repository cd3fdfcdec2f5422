import Martlet

/// The report of `pool advise --format json`.
///
/// Keys keep their names and meaning; new ones may be added.
struct PoolAdviceDocument: Encodable {
    struct Server: Encodable {
        let connectionsMax: Int
        let limit: String
        let reservedForSuperusers: Int
        let reservedForRoles: Int
        let available: Int
        let inUse: Int
    }

    struct Plan: Encodable {
        let max: Int
        let overflow: Int
        let total: Int
        let fits: Bool
    }

    struct Point: Encodable {
        let connections: Int
        let statementsPerSecond: Double
        let p95Seconds: Double
    }

    let processes: Int
    let advisedMax: Int
    /// Where the number comes from: `sweep`, `cores`, `unknown` or `limit`.
    let basis: String
    /// Left out for SQLite, which has none.
    let server: Server?
    let plan: Plan?
    let sweep: [Point]?

    init(_ advice: PoolAdvice, sweep: PoolSweepResult?) {
        processes = advice.processes
        advisedMax = advice.max
        basis =
            switch advice.basis {
            case .sweep: "sweep"
            case .cores: "cores"
            case .unknown: "unknown"
            case .limit: "limit"
            }
        server = Server(
            connectionsMax: advice.server.connectionsMax,
            limit: advice.server.limit,
            reservedForSuperusers: advice.server.reservedForSuperusers,
            reservedForRoles: advice.server.reservedForRoles,
            available: advice.server.available,
            inUse: advice.server.inUse
        )
        plan = advice.plan.map {
            Plan(
                max: $0.max,
                overflow: $0.overflow,
                total: $0.total(processes: advice.processes),
                fits: advice.planFits
            )
        }
        self.sweep = sweep.map(Self.points)
    }

    /// For a file, which has no server.
    init(fileSize: Int, processes: Int, sweep: PoolSweepResult?) {
        self.processes = processes
        advisedMax = fileSize
        basis = sweep == nil ? "cores" : "sweep"
        server = nil
        plan = nil
        self.sweep = sweep.map(Self.points)
    }

    private static func points(_ sweep: PoolSweepResult) -> [Point] {
        sweep.points.map {
            Point(connections: $0.size, statementsPerSecond: $0.perSecond, p95Seconds: $0.p95 / .seconds(1))
        }
    }
}
