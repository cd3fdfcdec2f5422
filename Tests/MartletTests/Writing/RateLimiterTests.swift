import Martlet
import MartletCore
import MartletTesting
import Testing

@Suite("Rate limits in the database")
struct RateLimiterTests {
    private func withLimiter(
        _ backend: Backend,
        _ body: (RateLimiter, any Engine, TraceRecorder) async throws -> Void
    ) async throws {
        try await backend.withEngine { engine, recorder in
            let limiter = RateLimiter(for: engine.dialect)
            try await engine.withConnection(.readWrite) { connection in
                try await limiter.install(on: connection)
                try await limiter.install(on: connection)
            }
            try await body(limiter, engine, recorder)
        }
    }

    @Test("sixteen clients who race get exactly as much as the bucket holds", arguments: Backend.allCases)
    func race(backend: Backend) async throws {
        try await withLimiter(backend) { limiter, engine, _ in
            let limit = RateLimit(50, per: .seconds(50 * 3_600))
            let allowed = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<16 {
                    group.addTask {
                        try await engine.withConnection(.readWrite) { connection in
                            var allowed = 0
                            for _ in 0..<12 {
                                let decision = try await limiter.take("login", limit, on: connection)
                                if decision.isAllowed { allowed += 1 }
                            }
                            return allowed
                        }
                    }
                }
                return try await group.reduce(0, +)
            }
            #expect(allowed == 50)
        }
    }

    @Test("says what is left and when to try again; others and costs are counted apart", arguments: Backend.allCases)
    func decisions(backend: Backend) async throws {
        try await withLimiter(backend) { limiter, engine, recorder in
            try await engine.withConnection(.readWrite) { connection in
                let limit = RateLimit(3, per: .seconds(300))
                let answer1 = try await limiter.take("it's \"me\"", limit, on: connection)
                #expect(answer1 == .allowed(remaining: 2))
                let answer2 = try await limiter.take("it's \"me\"", limit, cost: 2, on: connection)
                #expect(answer2 == .allowed(remaining: 0))
                let (denied, trace) = try await recorder.trace("denied") {
                    try await limiter.take("it's \"me\"", limit, on: connection)
                }
                guard case .denied(let retryAfter) = denied else {
                    Issue.record("\(denied)")
                    return
                }
                #expect(retryAfter > .seconds(80) && retryAfter <= .seconds(100))
                #expect(trace.executions.count == (backend == .postgres ? 1 : 2))
                let answer3 = try await limiter.take("another", limit, on: connection)
                #expect(answer3 == .allowed(remaining: 2))
            }
        }
    }

    @Test("refuses a cost that the bucket never holds, and takes nothing", arguments: Backend.allCases)
    func unusableCost(backend: Backend) async throws {
        try await withLimiter(backend) { limiter, engine, _ in
            try await engine.withConnection(.readWrite) { connection in
                let limit = RateLimit(3, per: .seconds(300))
                for cost in [Int.min, -1, 0, 4, Int.max] {
                    let error = await #expect(throws: EngineError.self) {
                        try await limiter.take("a", limit, cost: cost, on: connection)
                    }
                    #expect(error?.code == .invalidValue && error?.message.contains("\(cost)") == true)
                }
                let all = try await limiter.take("a", limit, cost: 3, on: connection)
                #expect(all == .allowed(remaining: 0))
            }
        }
    }

    @Test("fills steadily on the clock of the database", arguments: Backend.allCases)
    func refill(backend: Backend) async throws {
        try await withLimiter(backend) { limiter, engine, _ in
            try await engine.withConnection(.readWrite) { connection in
                let limit = RateLimit(5, per: .milliseconds(500))
                for _ in 0..<5 { _ = try await limiter.take("a", limit, on: connection) }
                // Not slept: the bucket is emptied further ago instead.
                let back: BoundStatement =
                    "UPDATE \(limiter.table) SET full_at = full_at - \(250_000)"
                try await connection.run(back)
                var allowed = 0
                for _ in 0..<5 where try await limiter.take("a", limit, on: connection).isAllowed { allowed += 1 }
                #expect((2...4).contains(allowed))
            }
        }
    }

    @Test("waits for one period at most when the clock of the database has gone back", arguments: Backend.allCases)
    func clockGoesBack(backend: Backend) async throws {
        try await withLimiter(backend) { limiter, engine, _ in
            try await engine.withConnection(.readWrite) { connection in
                let limit = RateLimit(2, per: .milliseconds(200))
                // Not set back: the buckets are an hour ahead instead.
                let ahead: BoundStatement = "UPDATE \(limiter.table) SET full_at = full_at + \(3_600_000_000)"
                for isTogether in [false, true] {
                    func take() async throws -> RateDecision {
                        guard isTogether else { return try await limiter.take("a", limit, on: connection) }
                        return try await limiter.take(all: ["a": limit, "b": limit], on: connection)
                    }
                    _ = try await take()
                    try await connection.run(ahead)
                    // Each of two names may have to be set right.
                    for _ in 0..<2 {
                        let denied = try await take()
                        guard case .denied(let retryAfter) = denied else {
                            Issue.record("\(denied)")
                            return
                        }
                        #expect(retryAfter <= .milliseconds(100))
                        try await Task.sleep(for: .milliseconds(110))
                        if !isTogether { break }
                    }
                    let allowed = try await take()
                    #expect(allowed.isAllowed)
                    try await connection.run("DELETE FROM \(limiter.table)")
                }
            }
        }
    }

    @Test("takes from all of several buckets or from none", arguments: Backend.allCases)
    func several(backend: Backend) async throws {
        try await withLimiter(backend) { limiter, engine, _ in
            try await engine.withConnection(.readWrite) { connection in
                let limits = [
                    "account:1": RateLimit(2, per: .seconds(600)), "address:x": RateLimit(5, per: .seconds(600)),
                ]
                let answer4 = try await limiter.take(all: limits, on: connection)
                #expect(answer4 == .allowed(remaining: 1))
                let answer5 = try await limiter.take(all: limits, on: connection)
                #expect(answer5 == .allowed(remaining: 0))
                let answer6 = try await limiter.take(all: limits, on: connection)
                #expect(!answer6.isAllowed)
                let other = [
                    "account:2": RateLimit(2, per: .seconds(600)), "address:x": RateLimit(5, per: .seconds(600)),
                ]
                let answer7 = try await limiter.take(all: other, on: connection)
                #expect(answer7 == .allowed(remaining: 1))
                let answer8 = try await limiter.take("address:x", RateLimit(5, per: .seconds(600)), on: connection)
                #expect(answer8 == .allowed(remaining: 1))
            }
        }
    }

    @Test("forgets names whose buckets are full, and no others", arguments: Backend.allCases)
    func idle(backend: Backend) async throws {
        try await withLimiter(backend) { limiter, engine, _ in
            try await engine.withConnection(.readWrite) { connection in
                _ = try await limiter.take("busy", RateLimit(2, per: .seconds(600)), on: connection)
                _ = try await limiter.take("idle", RateLimit(2, per: .microseconds(2)), on: connection)
                try await Task.sleep(for: .milliseconds(5))
                let answer9 = try await limiter.removeIdle(on: connection)
                #expect(answer9 == 1)
                let answer10 = try await limiter.removeIdle(on: connection)
                #expect(answer10 == 0)
                let left = try await connection.run("SELECT name FROM \(limiter.table)")
                #expect(left.map { $0[0] } == ["busy"])
            }
        }
    }
}
