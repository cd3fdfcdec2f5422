import Martlet
import MartletTesting
import Testing

@Suite("Percentiles of a pool's durations")
struct PoolHistogramTests {
    @Test("tell the end of the bucket, or the longest if that is less")
    func percentiles() async throws {
        let clock = SteppedClock()
        let database = try TemporaryDatabase()
        let pool = Pool(database.engine, PoolConfiguration(max: 1), clock: clock)
        #expect(pool.metrics.useTime.percentile(95) == .zero, "there were none")
        for number in 0..<100 {
            try await pool.withConnection { _ in
                if number >= 90 { clock.advance(by: .milliseconds(7)) }
            }
        }
        let used = pool.metrics.useTime
        await pool.shutdown()
        let expected: [(Double, Int)] = [
            (-1, 1), (.nan, 1), (0, 1), (50, 1), (90, 1), (91, 7), (95, 7), (100, 7), (1e9, 7),
        ]
        for (percentage, milliseconds) in expected {
            #expect(used.percentile(percentage) == .milliseconds(milliseconds), "\(percentage)")
        }
    }
}
