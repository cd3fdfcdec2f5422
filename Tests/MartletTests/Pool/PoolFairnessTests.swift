import Martlet
import MartletTesting
import Testing

/// Fairness in turns, not in seconds: what else the machine does must not decide.
@Suite("Fairness of the pool")
struct PoolFairnessTests {
    /// One thread at a time, in the order of becoming ready.
    @globalActor
    actor Turns {
        static let shared = Turns()
    }

    @Test(
        "under saturation the longest wait is at most twice the mean, and nobody overtakes",
        arguments: [(2, 20), (16, 64), (4, 200), (10, 1_000)],
        PoolSaturation.Holding.allCases
    )
    func simulated(size: (sessions: Int, tasks: Int), holding: PoolSaturation.Holding) throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var saturation = PoolSaturation(sessions: size.sessions, tasks: size.tasks, holding: holding, seed: seed)
        saturation.run()
        #expect(saturation.overtaker == nil)
        let waits = saturation.waits
        #expect(waits.count > 15_000)
        let mean = waits.reduce(.zero, +) / waits.count
        let longest = try #require(waits.max())
        #expect(longest <= mean * 2, "longest \(longest), mean \(mean), seed \(seed)")
    }

    @Test("the pool itself hands over in turn: no task waits twice as many turns as the mean")
    func inTurns() async throws {
        let (tasks, rounds) = (20, 20)
        let clock = SteppedClock()
        let database = try TemporaryDatabase()
        let pool = Pool(database.engine, PoolConfiguration(max: 2), clock: clock)
        try await withThrowingTaskGroup { group in
            for _ in 0..<tasks {
                group.addTask { try await Self.takeTurns(rounds, of: pool, clock) }
            }
            try await group.waitForAll()
        }
        let waits = pool.metrics.waitTime
        await pool.shutdown()
        #expect(waits.count == tasks * rounds)
        #expect(waits.mean > .milliseconds(tasks / 2), "the pool was not saturated: \(waits)")
        #expect(waits.longest <= waits.mean * 2, "\(waits)")
    }

    @Turns
    private static func takeTurns(_ rounds: Int, of pool: Pool, _ clock: SteppedClock) async throws {
        for _ in 0..<rounds {
            try await pool.withConnection { _ in
                // A turn. The others ask meanwhile.
                clock.advance(by: .milliseconds(1))
                await Task.yield()
            }
        }
    }
}
