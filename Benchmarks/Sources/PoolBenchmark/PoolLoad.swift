import Glibc
import Martlet
import MartletCore
import Synchronization

/// Tasks that borrow from one pool for a while.
struct PoolLoad: Sendable {
    /// Rows of the table of `mixed`.
    static let rows = 100_000

    let pool: Pool
    let tasks: Int
    let size: Int
    let duration: Duration

    /// Takes connections and gives them back without running anything.
    func borrowing() async throws -> String {
        try await open()
        let processorBegin = processorSeconds()
        let (counts, elapsed) = try await run { end in
            var count = 0
            while .now < end {
                for _ in 0..<64 { try await pool.withConnection { _ in } }
                count += 64
            }
            return count
        }
        let processor = processorSeconds() - processorBegin
        await close()
        let operations = counts.reduce(0, +)
        return #"{"operations": \#(operations), "seconds": \#(elapsed), "processor_seconds": \#(processor)}"#
    }

    /// Holds each connection for two milliseconds of the server's time, and tells how long tasks waited for one: in
    /// time, and in turns, which are the loans that began meanwhile.
    func waiting() async throws -> String {
        try await open()
        let before = pool.metrics
        let begun = Atomic(0)
        let (parts, elapsed) = try await run { end in
            var waits: [PoolWait] = []
            while .now < end {
                let (asked, turn) = (ContinuousClock.now, begun.load(ordering: .relaxed))
                try await pool.withConnection { connection in
                    let turns = begun.add(1, ordering: .relaxed).oldValue - turn
                    waits.append(PoolWait(time: .now - asked, turns: turns))
                    try await connection.run("SELECT pg_sleep(0.002)")
                }
            }
            return waits
        }
        let metrics = pool.metrics
        await close()
        let waits = parts.flatMap(\.self)
        let held = (metrics.useTime.sum - before.useTime.sum) / (metrics.useTime.count - before.useTime.count)
        let mean = waits.reduce(.zero) { $0 + $1.time } / waits.count
        // Not the pool's own longest: its connections were waited for, too, before the clock ran.
        let longest = waits.map(\.time).max() ?? .zero
        return """
            {"loans": \(waits.count), "seconds": \(elapsed), "mean_ms": \(milliseconds(mean)), \
            "longest_ms": \(milliseconds(longest)), "held_mean_ms": \(milliseconds(held)), \
            "mean_turns": \(Double(waits.reduce(0) { $0 + $1.turns }) / Double(waits.count)), \
            "longest_turns": \(waits.map(\.turns).max() ?? 0)}
            """
    }

    /// Runs a mixture of short statements: seven of ten read a row by its key, two a hundred rows, one changes a row.
    func mixed() async throws -> String {
        try await open()
        // Every session has the statements prepared before the clock runs.
        _ = try await run(for: .milliseconds(200)) { try await runMixture(until: $0) }
        let (samples, elapsed) = try await run { try await runMixture(until: $0) }
        await close()
        let sorted = samples.flatMap(\.self).sorted()
        let p95 = milliseconds(sorted.isEmpty ? .zero : sorted[sorted.count * 95 / 100])
        return #"{"operations": \#(sorted.count), "seconds": \#(elapsed), "p95_ms": \#(p95)}"#
    }

    private func runMixture(until end: ContinuousClock.Instant) async throws -> [Duration] {
        var times: [Duration] = []
        while .now < end {
            let start = ContinuousClock.now
            let id = Int.random(in: 1...Self.rows)
            let kind = Int.random(in: 0..<10)
            try await pool.withConnection { connection in
                switch kind {
                case 0: try await connection.run("UPDATE accounts SET balance = balance + 1 WHERE id = \(id)")
                case 1...2:
                    try await connection.run(
                        "SELECT count(*), sum(balance) FROM accounts WHERE id BETWEEN \(id) AND \(id + 100)"
                    )
                default: try await connection.run("SELECT id, balance, note FROM accounts WHERE id = \(id)")
                }
            }
            times.append(.now - start)
        }
        return times
    }

    // MARK: Running

    /// Opens all connections.
    private func open() async throws {
        try await withThrowingTaskGroup { group in
            for _ in 0..<size {
                group.addTask { try await pool.withConnection { _ = try await $0.run("SELECT pg_sleep(0.1)") } }
            }
            try await group.waitForAll()
        }
    }

    private func close() async {
        let opened = pool.metrics.opened
        await pool.shutdown()
        precondition(opened == size, "the pool was to open \(size) connections, and opened \(opened)")
    }

    private func run<Part: Sendable>(
        for duration: Duration? = nil,
        _ body: @escaping @Sendable (ContinuousClock.Instant) async throws -> Part
    ) async throws -> (parts: [Part], seconds: Double) {
        let begin = ContinuousClock.now
        let end = begin + (duration ?? self.duration)
        let parts = try await withThrowingTaskGroup(of: Part.self) { group in
            for _ in 0..<tasks { group.addTask { try await body(end) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        return (parts, (ContinuousClock.now - begin) / .seconds(1))
    }

    private func milliseconds(_ duration: Duration) -> Double { duration / .milliseconds(1) }

    private func processorSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
