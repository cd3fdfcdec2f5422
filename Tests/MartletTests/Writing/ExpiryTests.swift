import Martlet
import MartletCore
import MartletTesting
import Testing

@Suite("Clean-up of expired rows")
struct ExpiryTests {
    private static func script(_ backend: Backend) -> String {
        switch backend {
        case .postgres:
            """
            CREATE TABLE tokens (id INTEGER PRIMARY KEY, expires_at timestamptz, n bigint);
            CREATE INDEX ON tokens (expires_at);
            INSERT INTO tokens
            SELECT n, now() + CASE WHEN n % 5 = 0 THEN interval '1 day' ELSE interval '-1 second' END,
                   extract(epoch FROM now())::bigint + CASE WHEN n % 5 = 0 THEN 900 ELSE -900 END
            FROM generate_series(1, 5000) n;
            INSERT INTO tokens VALUES (0, NULL, NULL);
            """
        case .sqlite:
            """
            CREATE TABLE tokens (id INTEGER PRIMARY KEY, expires_at, n);
            CREATE INDEX i ON tokens (expires_at);
            WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 5000)
            INSERT INTO tokens
            SELECT n, datetime('now', iif(n % 5 = 0, '+1 day', '-1 minute')),
                   unixepoch('now') + iif(n % 5 = 0, 900, -900) FROM s;
            INSERT INTO tokens VALUES (0, NULL, NULL);
            """
        }
    }

    @Test("removes what has expired in batches of their own, and nothing else", arguments: Backend.allCases)
    func batches(backend: Backend) async throws {
        try await backend.withEngine(Self.script(backend)) { engine, recorder in
            try await engine.withConnection(.readWrite) { connection in
                var reported: [Int] = []
                let clock = ManualSleepClock()
                let (removed, trace) = try await recorder.trace("clean-up") {
                    try await connection.removeExpired(
                        from: backend.table("tokens"),
                        key: "id",
                        expiry: "expires_at",
                        batchRows: 1_500,
                        pause: .milliseconds(10),
                        clock: clock
                    ) { reported.append($0) }
                }
                #expect(removed == 4_000)
                #expect(reported == [1_500, 3_000, 4_000])
                #expect(trace.executions.count == 3)
                #expect(clock.slept == [.milliseconds(10), .milliseconds(10)])
                let left = try await connection.number("SELECT count(*) FROM tokens")
                #expect(left == 1_001)
            }
        }
    }

    @Test("reads an expiry as seconds, and on SQLite takes no form for another", arguments: Backend.allCases)
    func formats(backend: Backend) async throws {
        try await backend.withEngine(Self.script(backend)) { engine, _ in
            try await engine.withConnection(.readWrite) { connection in
                let table = backend.table("tokens")
                if backend == .sqlite {
                    let asText = try await connection.removeExpired(from: table, key: "id", expiry: "n")
                    #expect(asText == 0)
                    let asNumber = try await connection.removeExpired(
                        from: table,
                        key: "id",
                        expiry: "expires_at",
                        as: .unixSeconds
                    )
                    #expect(asNumber == 0)
                }
                let removed = try await connection.removeExpired(from: table, key: "id", expiry: "n", as: .unixSeconds)
                #expect(removed == 4_000)
            }
        }
    }

    @Test("waits for nobody: rows that are locked are left, and several clean up at once without counting twice")
    func locked() async throws {
        try await Backend.postgres.withEngine(Self.script(.postgres)) { engine, _ in
            let table = Backend.postgres.table("tokens")
            try await engine.withConnection(.readWrite) { holder in
                try await holder.transaction { holder in
                    try await holder.run("SELECT * FROM tokens WHERE id BETWEEN 1 AND 4 FOR UPDATE")
                    let removed = try await withThrowingTaskGroup(of: Int.self) { group in
                        for _ in 0..<4 {
                            group.addTask {
                                try await engine.withConnection(.readWrite) { connection in
                                    try await connection.removeExpired(
                                        from: table,
                                        key: "id",
                                        expiry: "expires_at",
                                        batchRows: 100
                                    )
                                }
                            }
                        }
                        return try await group.reduce(0, +)
                    }
                    // Who meets the batch of another may end early, but no row is counted by two.
                    let left = try await holder.number("SELECT count(*) FROM tokens")
                    #expect(removed == 5_001 - left)
                    #expect(left >= 1_005)
                }
                let rest = try await holder.removeExpired(from: table, key: "id", expiry: "expires_at")
                #expect(rest >= 4)
                let left = try await holder.number("SELECT count(*) FROM tokens")
                #expect(left == 1_001)
            }
        }
    }
}
