/// How large the pool of each process should be, and whether a size that is planned fits the server.
///
/// More connections than the server can work on at a time make it slower: who must wait waits cheaper in the pool. The
/// number to begin from is cores × 2 + 1, HikariCP's and PostgreSQL's own rule
/// (https://wiki.postgresql.org/wiki/Number_Of_Database_Connections); a sweep on the server itself wins over it.
package struct PoolAdvice: Sendable, Hashable {
    /// The size of a pool that somebody has or wants.
    package struct Plan: Sendable, Hashable {
        package let max: Int
        package let overflow: Int

        package init(max: Int, overflow: Int) {
            self.max = max
            self.overflow = overflow
        }

        package func total(processes: Int) -> Int { (max + overflow) * processes }
    }

    /// Where the number comes from.
    package enum Basis: Sendable, Hashable {
        case sweep(knee: Int)
        case cores(Int)
        case unknown
        /// The server has room for no more.
        case limit
    }

    package let server: PoolServer
    package let processes: Int
    package let plan: Plan?
    package let basis: Basis
    /// What each process should set as `max`; 0 if not even one connection for each fits.
    package let max: Int

    package init(server: PoolServer, processes: Int, cores: Int?, plan: Plan? = nil, sweep: PoolSweepResult? = nil) {
        precondition(processes > 0, "there is at least one process")
        self.server = server
        self.processes = processes
        self.plan = plan
        let wanted: Int
        let wish: Basis
        if let knee = sweep?.knee {
            (wanted, wish) = (knee, .sweep(knee: knee))
        } else if let cores {
            (wanted, wish) = (cores * 2 + 1, .cores(cores))
        } else {
            (wanted, wish) = (Self.sizeWithoutCores, .unknown)
        }
        let each = Swift.max(1, (wanted + processes - 1) / processes)
        let most = server.available / processes
        basis = most < each ? .limit : wish
        max = Swift.min(each, most)
    }

    /// What four cores take: few servers have fewer.
    private static let sizeWithoutCores = 9

    /// Whether the plan fits the server; true without a plan.
    package var planFits: Bool { plan.map { $0.total(processes: processes) <= server.available } ?? true }

    /// The advice for people: the verdict first, then how it comes about.
    package var lines: [String] {
        var lines = planLines
        let each = processes == 1 ? "one process" : "each of \(processes) processes"
        if max == 0 {
            lines.append(
                "\(processes) processes cannot have a connection each: put a pooler such as PgBouncer between."
            )
        } else {
            lines.append("Advised for \(each): max \(max), overflow 0.")
        }
        lines.append(sum)
        lines.append(
            "  \(processes) × \(max) = \(processes * max) of \(server.available); \(server.inUse) are in use now"
        )
        lines.append("  " + reason)
        return lines
    }

    private var planLines: [String] {
        guard let plan else { return [] }
        let total = plan.total(processes: processes)
        let product = "(\(plan.max) + \(plan.overflow)) × \(processes) = \(total)"
        guard planFits else {
            return [
                "The plan does NOT fit: \(product) connections, and the server has \(server.available).",
                "  The last \(total - server.available) would be refused with \"too many clients\" when all are busy.",
            ]
        }
        let isFar = total > 2 * Swift.max(1, max * processes)
        let but = isFar ? ", but is larger than advised" : ""
        return ["The plan fits: \(product) of \(server.available) connections\(but)."]
    }

    private var sum: String {
        guard server.limit == "max_connections" else { return "  \(server.limit): \(server.connectionsMax)" }
        let roles = server.reservedForRoles > 0 ? " - \(server.reservedForRoles) reserved_connections" : ""
        return "  max_connections \(server.connectionsMax) - \(server.reservedForSuperusers) "
            + "superuser_reserved_connections\(roles) = \(server.available)"
    }

    private var reason: String {
        switch basis {
        case .sweep(let knee): "measured: beyond \(knee) connections nothing is gained"
        case .cores(let cores): "by rule: \(cores) cores × 2 + 1 keep the server busy; who must wait waits in the pool"
        case .unknown: "a guess, as the server's cores are not known: give --cores, or measure with --sweep"
        case .limit: "the server has room for no more"
        }
    }
}
