import Martlet
import MartletCore
import MartletRedis

/// What a value costs that another process has put into Redis, beside a load from the database.
struct SharedTierCost {
    private static let keys = 2_000
    private static let rounds = 5
    let engine: any Engine
    let socket: String

    func report() async throws {
        let engine = engine
        try await engine.withConnection(.readWrite) { connection in
            try await CacheFeed.install(on: connection)
            try await connection.runScript("CREATE TABLE shared (id INTEGER PRIMARY KEY, name TEXT NOT NULL)")
            for id in 0..<Self.keys { try await connection.run("INSERT INTO shared VALUES (\(id), \("name \(id)"))") }
        }
        let store = RedisStore(RedisOptions(.socket(socket)))
        while !store.metrics.isAvailable { try await Task.sleep(for: .milliseconds(1)) }
        var figures: [[Double]] = [[], [], []]
        try await engine.withConnection(.readOnly) { connection in
            for _ in 0..<Self.rounds {
                figures[0].append(try await microseconds(store: nil, "", connection))
                // Emptied for each round by another namespace: the first who asks loads and puts.
                let namespace = "bench\(UInt64.random(in: 0...UInt64.max))"
                figures[1].append(try await microseconds(store: store, namespace, connection))
                figures[2].append(try await microseconds(store: store, namespace, connection))
            }
        }
        let (plain, filling, shared) = (figures[0].median, figures[1].median, figures[2].median)
        print(
            "  second tier in Redis, µs for each request: load \(plain.rounded()), miss in both, load and put",
            "\(filling.rounded()), found in Redis \(shared.rounded()); refused \(store.metrics.refusals)"
        )
        await store.shutdown()
    }

    private func microseconds(
        store: RedisStore?,
        _ namespace: String,
        _ connection: any Connection
    ) async throws -> Double {
        let cache = Cache<Int, String>(entriesMax: Self.keys)
        let feed = CacheFeed(engine: engine)
        if let store {
            var tier = SharedCacheTier<String>(store, coding: .json)
            tier.namespace = namespace
            feed.attach(cache, scope: "shared", sharing: tier)
        } else {
            feed.attach(cache, scope: "shared")
        }
        let running = Task { await feed.run() }
        while !cache.isServing { try await Task.sleep(for: .milliseconds(1)) }
        let start = ContinuousClock.now
        for id in 0..<Self.keys {
            _ = try await cache.value(for: id) {
                try await connection.run("SELECT name FROM shared WHERE id = \(id)").first?.decode(at: 0)
            }
        }
        let elapsed = (ContinuousClock.now - start) / .microseconds(1)
        running.cancel()
        await running.value
        return elapsed / Double(Self.keys)
    }
}
