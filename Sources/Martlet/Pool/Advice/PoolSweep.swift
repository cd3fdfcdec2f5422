package import MartletCore

/// Measures how much is done with pools of different sizes under the same load.
///
/// Sizes are measured in turns, round after round, so that whatever else the machine does meets all of them. Sessions
/// are read-only: the database itself refuses a statement that changes anything.
package struct PoolSweep: Sendable {
    package var sizes: [Int]
    /// Tasks that ask for a connection all the time, the same number for every size.
    package var tasks: Int
    package var rounds = 5
    /// How long each size is measured in each round.
    package var duration = Duration.milliseconds(500)
    package var statement: BoundStatement

    /// Latencies of a task that are kept: as many as it can have on a fast machine in a second.
    private static let samplesMax = 20_000

    /// Beyond this no server that was measured gained anything.
    package static let sizeMax = 64

    /// Sizes worth a look, up to a limit; none beyond `sizeMax`.
    package static func sizes(upTo limit: Int) -> [Int] {
        let sizes = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, sizeMax].filter { $0 <= limit }
        return sizes.isEmpty ? [1] : sizes
    }

    package init(sizes: [Int], statement: BoundStatement = "SELECT 1") {
        self.sizes = sizes
        self.statement = statement
        tasks = 2 * (sizes.max() ?? 1)
    }

    /// Runs it; takes `sizes.count` × `rounds` × `duration` and the time to connect.
    package func run(
        _ engine: any Engine,
        progress: (_ size: Int, _ round: Int) -> Void = { _, _ in }
    ) async throws -> PoolSweepResult {
        var samples: [Int: [(perSecond: Double, p95: Duration)]] = [:]
        for round in 1...max(1, rounds) {
            for size in sizes {
                try Task.checkCancellation()
                progress(size, round)
                samples[size, default: []].append(try await measure(engine, size: size))
            }
        }
        return PoolSweepResult(
            points: samples.map { size, values in
                PoolSweepResult.Point(
                    size: size,
                    perSecond: median(values.map(\.perSecond)),
                    p95: median(values.map(\.p95))
                )
            }
        )
    }

    private func measure(_ engine: any Engine, size: Int) async throws -> (perSecond: Double, p95: Duration) {
        let pool = Pool(engine, PoolConfiguration(min: size, max: size), access: .readOnly)
        do {
            // Every session is open and has the statement prepared before the clock runs.
            _ = try await load(pool, until: .now)
            let start = ContinuousClock.now
            var latencies = try await load(pool, until: start + duration)
            let elapsed = ContinuousClock.now - start
            await pool.shutdown()
            latencies.samples.sort()
            let p95 = latencies.samples.isEmpty ? .zero : latencies.samples[latencies.samples.count * 95 / 100]
            return (Double(latencies.count) / (elapsed / .seconds(1)), p95)
        } catch {
            await pool.shutdown()
            throw error
        }
    }

    /// Each task runs the statement once, and again until the end has come.
    private func load(
        _ pool: Pool,
        until end: ContinuousClock.Instant
    ) async throws -> (count: Int, samples: [Duration]) {
        try await withThrowingTaskGroup(of: (count: Int, samples: [Duration]).self) { group in
            for _ in 0..<tasks {
                group.addTask {
                    var count = 0
                    var samples: [Duration] = []
                    repeat {
                        let start = ContinuousClock.now
                        try await pool.withConnection { try await $0.run(statement) }
                        count += 1
                        if samples.count < Self.samplesMax { samples.append(ContinuousClock.now - start) }
                    } while .now < end
                    return (count, samples)
                }
            }
            var all: (count: Int, samples: [Duration]) = (0, [])
            for try await part in group {
                all.count += part.count
                all.samples += part.samples
            }
            return all
        }
    }

    private func median<Value: Comparable>(_ values: [Value]) -> Value {
        values.sorted()[values.count / 2]
    }
}
