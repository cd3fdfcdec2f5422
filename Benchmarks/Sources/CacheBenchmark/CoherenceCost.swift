import Martlet
import MartletCore
import Synchronization

/// What writers pay for coherence, and how long other processes take to hear of a change.
struct CoherenceCost {
    private static let rounds = 7
    private static let changes = 300
    private let engine: any Engine
    /// Writes of a round.
    ///
    /// SQLite copies its write-ahead log back, and waits for the disk, every 1,000 pages: a round must hold several of
    /// these, or the median is of rounds without one on one side and with one on the other.
    private var writes: Int { engine.dialect == .sqlite ? 3_000 : 300 }

    init(engine: any Engine) { self.engine = engine }

    func report() async throws {
        let engine = engine
        try await engine.withConnection(.readWrite) { connection in
            try await CacheFeed.install(on: connection)
            try await connection.runScript(
                "CREATE TABLE IF NOT EXISTS things (id INTEGER PRIMARY KEY, version INTEGER NOT NULL)"
            )
            for id in 0..<100 { try await connection.run("INSERT INTO things VALUES (\(id), 0)") }
        }
        let cache = Cache<Int, Int>(entriesMax: 1_000)
        let feed = CacheFeed(engine: engine)
        feed.attach(cache, scope: "things")
        let running = Task { await feed.run() }
        while !cache.isServing { try await Task.sleep(for: .milliseconds(1)) }
        try await engine.withConnection(.readWrite) { connection in
            try await writers(connection, feed)
            try await propagation(connection, cache)
        }
        running.cancel()
        await running.value
    }

    private func writers(_ connection: any Connection, _ feed: CacheFeed) async throws {
        var (without, with) = ([Double](), [Double]())
        for _ in 0..<Self.rounds {
            without.append(
                try await perSecond { id in
                    try await connection.transaction { connection in
                        _ = try await connection.run("UPDATE things SET version = version + 1 WHERE id = \(id)")
                    }
                }
            )
            with.append(
                try await perSecond { id in
                    try await feed.write(on: connection) { connection, changes in
                        changes.insert(.key(id, in: "things"))
                        _ = try await connection.run("UPDATE things SET version = version + 1 WHERE id = \(id)")
                    }
                }
            )
        }
        print(
            "  writes a second: without coherence \(without.median.rounded()), with \(with.median.rounded())",
            "(× \(ratio(with.median, without.median)))"
        )
    }

    private func perSecond(_ write: (Int) async throws -> Void) async throws -> Double {
        let start = ContinuousClock.now
        for number in 0..<writes { try await write(number % 100) }
        return Double(writes) / ((ContinuousClock.now - start) / .seconds(1))
    }

    /// From the return of the writer's COMMIT until the entry is gone from the other's cache.
    private func propagation(_ connection: any Connection, _ cache: Cache<Int, Int>) async throws {
        var milliseconds: [Double] = []
        for number in 0..<Self.changes {
            let id = number % 100
            _ = try await cache.value(for: id) { number }
            try await CacheInvalidation.record([.key(id, in: "things")], on: connection)
            let start = ContinuousClock.now
            while case .value = cache.lookup(id) { try await Task.sleep(for: .microseconds(200)) }
            milliseconds.append((ContinuousClock.now - start) / .milliseconds(1))
            // Else every change would come just after a look at the log.
            try await Task.sleep(for: .milliseconds(Int.random(in: 0..<20)))
        }
        let figures = [0.5, 0.99, 1].map { (milliseconds.percentile($0) * 10).rounded() / 10 }
        print("  propagation, ms: p50 \(figures[0]), p99 \(figures[1]), max \(figures[2])")
    }
}
