import Martlet
import MartletCore
import MartletTesting
import Testing

@Suite("Advice on the size of pools")
struct PoolAdviceTests {
    @Test(
        "all processes together stay below what the server accepts, less what it reserves",
        arguments: [
            // max_connections, superusers', roles' reserve, processes, cores; then what is advised for each.
            (100, 3, 0, 1, 2, 5), (100, 3, 0, 4, 2, 2), (100, 3, 0, 4, 8, 5), (10, 3, 0, 4, 8, 1), (10, 3, 5, 4, 8, 0),
            (60, 3, 10, 1, 64, 47),
        ]
    )
    func size(most: Int, superusers: Int, roles: Int, processes: Int, cores: Int, advised: Int) {
        let server = PoolServer(connectionsMax: most, reservedForSuperusers: superusers, reservedForRoles: roles)
        let advice = PoolAdvice(server: server, processes: processes, cores: cores)
        #expect(advice.max == advised)
        #expect(advice.max * processes <= server.available)
        #expect(advice.lines.contains { $0.contains("max_connections \(most) - \(superusers)") })
    }

    @Test(
        "a plan counts its overflow, and all processes",
        arguments: [(20, 40, 1, 97, true), (20, 40, 2, 97, false), (20, 40, 1, 60, true), (20, 41, 1, 60, false)]
    )
    func plan(max: Int, overflow: Int, processes: Int, available: Int, fits: Bool) throws {
        let server = PoolServer(connectionsMax: available, reservedForSuperusers: 0)
        let plan = PoolAdvice.Plan(max: max, overflow: overflow)
        let advice = PoolAdvice(server: server, processes: processes, cores: 2, plan: plan)
        #expect(advice.planFits == fits)
        let first = try #require(advice.lines.first)
        #expect(first.contains("NOT") == !fits)
        #expect(first.contains("(\(max) + \(overflow)) × \(processes)"))
    }

    @Test("the knee is the smallest size that is as good as the best, and wins over the rule")
    func knee() {
        let rates = [(1, 2_618.0), (8, 7_850), (16, 8_001), (40, 6_331), (60, 5_244), (90, 4_526)]
        let sweep = PoolSweepResult(points: rates.map { .init(size: $0, perSecond: $1, p95: .zero) })
        #expect(sweep.knee == 8)
        let advice = PoolAdvice(server: PoolServer(connectionsMax: 100), processes: 2, cores: 64, sweep: sweep)
        #expect(advice.max == 4)
        #expect(advice.basis == .sweep(knee: 8))
        #expect(PoolSweepResult(points: []).knee == nil)
        let noisy = [
            (1, 975.0), (2, 1_749), (4, 4_461), (8, 3_881), (16, 4_140), (32, 4_536), (48, 9_731), (64, 4_341),
        ]
        #expect(PoolSweepResult(points: noisy.map { .init(size: $0, perSecond: $1, p95: .zero) }).knee == 4)
    }

    @Test("reads the limits of a server, those of the database too, and sweeps it read-only")
    func server() async throws {
        let engine = try await PrivatePostgres.temporaryDatabase()
        try await engine.withConnection(.readWrite) { connection in
            let server = try await PoolServer.read(connection)
            #expect(server.connectionsMax == 100)
            #expect(server.available == 97)
            #expect(server.isLocal)
            let name: String = try await connection.run("SELECT current_database()")[0].decode(at: 0)
            try await connection.runScript("ALTER DATABASE \(Identifier(name).quoted) CONNECTION LIMIT 7")
            let limited = try await PoolServer.read(connection)
            #expect(limited.available == 7)
            #expect(limited.limit.contains("database"))
        }
        var sweep = PoolSweep(sizes: [1, 2])
        sweep.duration = .milliseconds(50)
        sweep.rounds = 1
        let result = try await sweep.run(engine)
        #expect(result.points.map(\.size) == [1, 2])
        #expect(result.points.allSatisfy { $0.perSecond > 0 && $0.p95 > .zero })
        sweep.statement = "CREATE TABLE t (id integer)"
        await #expect(throws: EngineError.self) { try await sweep.run(engine) }
    }
}
