import Martlet
import MartletCore
import MartletSQLite

enum WritingExample {
    static func run(path: String) async throws -> [String] {
        let engine = SQLiteEngine(path: path, createIfMissing: true)
        let renders = QualifiedName(schema: "main", name: "renders")
        let tokens = QualifiedName(schema: "main", name: "tokens")
        var log: [String] = []
        try await engine.withConnection(.readWrite) { connection in
            try await connection.runScript(
                """
                CREATE TABLE renders (id INTEGER PRIMARY KEY, status TEXT, error_message TEXT, updated_at TEXT);
                INSERT INTO renders (id, status, error_message) VALUES (1, 'failed', 'no memory'), (2, 'new', NULL);
                CREATE TABLE tokens (id INTEGER PRIMARY KEY, expires_at TEXT);
                INSERT INTO tokens VALUES (1, '2020-01-01 00:00:00'), (2, '2999-01-01 00:00:00');
                """
            )
            // One statement; the error message of render 1 stays.
            let retried = try await connection.update(
                renders,
                key: "id",
                in: [1, 2, 2],
                set: ["status": "pending"],
                touching: ["updated_at"]
            )
            log.append("\(retried) renders wait again")

            // One statement, with a change of its own for each row.
            try await connection.update(
                renders,
                key: "id",
                rows: [
                    RowChange(1, ["status": "completed", "error_message": nil]),
                    RowChange(2, ["status": "failed"]),
                ]
            )

            // A transaction for every 20,000 keys.
            let progress = try await connection.inChunks(of: 1...100_000, chunkKeysMax: 20_000) { connection, ids in
                try await connection.delete(from: renders, key: "id", in: ids)
            } progress: { progress in
                log.append("\(progress.keysDone) of \(progress.keysTotal)")
            }
            log.append("\(progress.affectedRows) renders deleted")

            log.append(
                "\(try await connection.removeExpired(from: tokens, key: "id", expiry: "expires_at")) token expired"
            )

            let limiter = RateLimiter(for: engine.dialect)
            try await limiter.install(on: connection)
            for _ in 0..<3 {
                switch try await limiter.take("login:ada", RateLimit(2, per: .seconds(60)), on: connection) {
                case .allowed(let remaining): log.append("allowed, \(remaining) left")
                case .denied: log.append("429 Too Many Requests")
                }
            }
        }
        return log
    }
}
