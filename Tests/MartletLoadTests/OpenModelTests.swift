import MartletCore
import MartletLoad
import MartletSQLite
import MartletTesting
import Synchronization
import Testing

/// With a rate, latency counts from the instant at which a run was due: no slow answer hides those that wait behind it.
@Suite struct OpenModelTests {
    /// A clock that only its sleepers and its operations move.
    private final class ManualTime: Sendable {
        private let nanoseconds = Mutex(UInt64(0))

        var now: UInt64 { nanoseconds.withLock { $0 } }

        func advance(to instant: UInt64) {
            nanoseconds.withLock { $0 = max($0, instant) }
        }

        func pass(_ duration: UInt64) {
            nanoseconds.withLock { $0 += duration }
        }

        /// Sleepers of a second are the progress report, which is not of interest: they sleep to the end.
        func clock(startingLate lateness: UInt64 = 0) -> LoadClock {
            LoadClock(
                now: { self.now },
                sleep: { instant in
                    // Less than they asked for: others may have moved the time since.
                    if instant >= self.now + 500_000_000 {
                        try await Task.sleep(for: .seconds(3_600))
                    }
                    self.advance(to: instant + lateness)
                },
                processorSeconds: { 0 }
            )
        }
    }

    private func database() async throws -> TemporaryDatabase {
        try await TemporaryDatabase(script: "CREATE TABLE t (id INTEGER PRIMARY KEY)")
    }

    /// Runs take a microsecond, but for the tenth, which takes long.
    private func result(stall: UInt64, runs: Int, time: ManualTime, clock: LoadClock) async throws -> LoadResult {
        let count = Mutex(0)
        let operation = LoadOperation(name: "it") { _, _ in
            let number = count.withLock { count in
                count += 1
                return count
            }
            time.pass(number == 10 ? stall : 1_000)
        }
        let settings = LoadSettings(connections: 1, length: .runsPerConnection(runs), rate: 1_000, seed: 3)
        let database = try await database()
        return try await LoadRunner([operation], settings: settings, clock: clock)
            .run(on: database.engine, access: .readOnly)
    }

    @Test("a stall of 100 ms at 1,000 starts a second delays the hundred that were due meanwhile")
    func stall() async throws {
        let time = ManualTime()
        let result = try await result(stall: 100_000_000, runs: 1_000, time: time, clock: time.clock())
        let operation = result.operations[0]
        #expect(operation.completed == 1_000)
        // About 100 runs were due in those 100 ms and waited 50 ms on the mean: p95 lies in their middle.
        #expect(operation.latency.percentile(95) > .milliseconds(30), "\(operation.latency.percentile(95))")
        #expect(operation.latency.percentile(50) < .milliseconds(1))
        // The server itself was slow once.
        #expect(operation.service.percentile(99.5) < .milliseconds(1))
        #expect(operation.service.longest >= .milliseconds(99))
        // The wait was for the connection, not for this process.
        #expect(result.connectionWait.percentile(95) > .milliseconds(30))
        #expect(result.ownLag.longest < .milliseconds(1))
    }

    @Test("its own late start is told apart from the wait for the database")
    func ownLag() async throws {
        let time = ManualTime()
        let clock = time.clock(startingLate: 200_000)
        let result = try await result(stall: 1_000, runs: 200, time: time, clock: clock)
        #expect(result.ownLag.percentile(50) >= .microseconds(150), "\(result.ownLag.percentile(50))")
        #expect(result.operations[0].latency.percentile(50) >= .microseconds(150))
        #expect(result.operations[0].service.percentile(99) < .microseconds(2))
    }

    @Test("runs that were due and never began count with the time that they have waited")
    func unbegun() async throws {
        let time = ManualTime()
        let operation = LoadOperation(name: "it") { _, _ in time.pass(1_000_000_000) }
        let settings = LoadSettings(connections: 1, length: .duration(.seconds(1)), rate: 100, seed: 3)
        let database = try await database()
        let result = try await LoadRunner([operation], settings: settings, clock: time.clock())
            .run(on: database.engine, access: .readOnly)
        let measured = result.operations[0]
        #expect(measured.completed == 1)
        // A hundred were due within the second, give or take six standard deviations.
        #expect((40...160).contains(measured.unbegun), "\(measured.unbegun)")
        #expect(measured.latency.percentile(50) > .milliseconds(100), "\(measured.latency.percentile(50))")
    }

    @Test("a run that is under way when the load is interrupted counts with the time since it was due")
    func unanswered() async throws {
        let time = ManualTime()
        let count = Mutex(0)
        let (stuck, stick) = AsyncStream.makeStream(of: Void.self)
        let operation = LoadOperation(name: "it") { _, _ in
            let number = count.withLock { count in
                count += 1
                return count
            }
            guard number == 10 else { return time.pass(1_000) }
            time.pass(5_000_000_000)
            stick.yield()
            try await Task.sleep(for: .seconds(3_600))
        }
        let settings = LoadSettings(connections: 1, length: .runsPerConnection(10), rate: 1_000, seed: 3)
        let database = try await database()
        let runner = LoadRunner([operation], settings: settings, clock: time.clock())
        let engine = database.engine
        let task = Task { try await runner.run(on: engine, access: .readOnly) }
        for await _ in stuck { break }
        task.cancel()
        let result = try await task.value
        let measured = result.operations[0]
        #expect(result.isInterrupted && measured.completed == 9 && measured.failures == 0, "\(measured)")
        #expect(measured.unanswered == 1 && measured.unbegun == 0, "\(measured)")
        #expect(measured.latency.longest >= .seconds(5) * (1 - LatencyHistogram.relativeErrorMax))
    }

    @Test("a rate so low that no clock reaches the first start ends the load without one", arguments: [1e-12, 1e-300])
    func seldom(_ rate: Double) async throws {
        let time = ManualTime()
        let operation = LoadOperation(name: "it") { _, _ in }
        let settings = LoadSettings(connections: 1, length: .duration(.milliseconds(100)), rate: rate, seed: 3)
        let database = try await database()
        let result = try await LoadRunner([operation], settings: settings, clock: time.clock())
            .run(on: database.engine, access: .readOnly)
        #expect(result.operations[0].completed == 0 && result.operations[0].unbegun == 0)
    }

    @Test("starts come at the rate that was asked for, at random", arguments: [200.0, 20_000])
    func rate(_ rate: Double) async throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        let time = ManualTime()
        let operation = LoadOperation(name: "it") { _, _ in }
        let settings = LoadSettings(connections: 1, length: .runsPerConnection(4_000), rate: rate, seed: seed)
        let database = try await database()
        let result = try await LoadRunner([operation], settings: settings, clock: time.clock())
            .run(on: database.engine, access: .readOnly)
        let expected = 4_000 / rate
        // Six standard deviations of the sum of 4,000 exponential intervals.
        let deviation = 6 * expected / 4_000.0.squareRoot()
        #expect(abs(result.elapsed / .seconds(1) - expected) < deviation, "seed \(seed): \(result.elapsed)")
    }
}
