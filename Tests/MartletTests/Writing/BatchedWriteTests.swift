import Foundation
import Martlet
import MartletCore
import Testing

@Suite("Batched writes")
struct BatchedWriteTests {
    private static func script(_ backend: Backend) -> String {
        let clock = backend == .postgres ? "timestamptz" : "text"
        return """
            CREATE TABLE renders (
                id INTEGER PRIMARY KEY, status varchar(20) NOT NULL, error_message TEXT, score DOUBLE PRECISION,
                updated_at \(clock)
            );
            INSERT INTO renders (id, status, error_message, score)
            VALUES (1, 'pending', 'old', 1.5), (2, 'failed', 'why', 2.5), (3, 'pending', NULL, 3.5);
            """
    }

    /// Runs a body in a trace and returns how many statements it ran.
    private func count(
        _ recorder: TraceRecorder,
        _ body: () async throws -> Void
    ) async throws -> Int {
        try await recorder.trace("write", body).1.executions.count
    }

    @Test("one change for many rows keeps what it does not name, and touches the clock", arguments: Backend.allCases)
    func uniform(backend: Backend) async throws {
        try await backend.withEngine(Self.script(backend)) { engine, recorder in
            let table = backend.table("renders")
            try await engine.withConnection(.readWrite) { connection in
                let statements = try await count(recorder) {
                    let rows = try await connection.update(
                        table,
                        key: "id",
                        in: [1, 2, 2, 9],
                        set: ["status": "completed"],
                        touching: ["updated_at"]
                    )
                    #expect(rows == 2)
                }
                #expect(statements == 1)
                let kept = try await connection.run(
                    "SELECT status, error_message, updated_at IS NULL FROM renders ORDER BY id"
                )
                #expect(kept.map { $0[0] } == ["completed", "completed", "pending"])
                #expect(kept.map { $0[1] } == ["old", "why", nil])
                #expect(try kept.map { try $0.decode(Bool.self, at: 2) } == [false, false, true])
                let age: BoundStatement =
                    backend == .postgres
                    ? "SELECT count(*) FROM renders WHERE updated_at > now() - interval '1 minute'"
                    : "SELECT count(*) FROM renders WHERE updated_at > datetime('now', '-1 minute')"
                let fresh = try await connection.number(age)
                #expect(fresh == 2)
                try await connection.update(table, key: "id", in: [2], set: ["status": "failed", "error_message": nil])
                let told = try await connection.run("SELECT error_message FROM renders WHERE id = 2")
                #expect(told[0][0] == .null)
            }
        }
    }

    @Test("a change of its own for each row keeps what this row does not name", arguments: Backend.allCases)
    func ownChanges(backend: Backend) async throws {
        try await backend.withEngine(Self.script(backend)) { engine, recorder in
            try await engine.withConnection(.readWrite) { connection in
                let statements = try await count(recorder) {
                    let rows = try await connection.update(
                        backend.table("renders"),
                        key: "id",
                        rows: [
                            RowChange(1, ["status": "completed", "score": 10.25]),
                            RowChange(2, ["error_message": nil]),
                            RowChange(3, ["status": "it's; \"odd\" \\ {}", "error_message": "a,b"]),
                            RowChange(3, ["error_message": "later"]),
                            RowChange(7, ["status": "nobody"]),
                            RowChange(1, [:]),
                        ]
                    )
                    #expect(rows == 3)
                }
                #expect(statements == 1)
                let rows = try await connection.run("SELECT status, error_message, score FROM renders ORDER BY id")
                #expect(
                    rows.map(\.values) == [
                        ["completed", "old", 10.25], ["failed", nil, 2.5], ["it's; \"odd\" \\ {}", "later", 3.5],
                    ]
                )
            }
        }
    }

    @Test("nothing to write runs no statement", arguments: Backend.allCases)
    func empty(backend: Backend) async throws {
        try await backend.withEngine(Self.script(backend)) { engine, recorder in
            let table = backend.table("renders")
            try await engine.withConnection(.readWrite) { connection in
                let statements = try await count(recorder) {
                    try await connection.update(table, key: "id", in: [Int](), set: ["status": "x"])
                    try await connection.update(table, key: "id", in: [1], set: [:])
                    try await connection.update(table, key: "id", rows: [RowChange<Int>]())
                    try await connection.update(table, key: "id", rows: [RowChange(1, [:])])
                    try await connection.delete(from: table, key: "id", in: [Int]())
                    try await connection.inChunks(of: [Int]()) { _, _ in 0 }
                }
                #expect(statements == 0)
            }
        }
    }

    @Test("takes every type that the columns have", arguments: Backend.allCases)
    func types(backend: Backend) async throws {
        let script =
            backend == .postgres
            ? """
            CREATE TYPE mood AS ENUM ('low', 'high');
            CREATE TABLE t (id uuid PRIMARY KEY, b boolean, n numeric, d date, w timestamptz, j jsonb, m mood, x bytea);
            """
            : "CREATE TABLE t (id TEXT PRIMARY KEY, b INTEGER, n TEXT, d TEXT, w TEXT, j TEXT, m TEXT, x BLOB)"
        try await backend.withEngine(script) { engine, _ in
            try await engine.withConnection(.readWrite) { connection in
                let id = UUID()
                try await connection.run("INSERT INTO t (id) VALUES (\(id))")
                let when = try #require(Timestamp("2026-01-02 03:04:05.678901"))
                var values: [Identifier: Value] = [
                    "b": true, "n": .decimal(try #require(DecimalNumber("12.50"))),
                    "d": .date(CalendarDate(year: 2026, month: 1, day: 2)), "w": .timestamp(when),
                    "j": .json(#"{"a": [1]}"#), "m": "high",
                ]
                if backend == .postgres { values["x"] = .bytes([0, 255]) }
                let rows = try await connection.update(
                    backend.table("t"),
                    key: "id",
                    rows: [RowChange(id, values), RowChange(UUID(), ["m": nil])]
                )
                #expect(rows == 1)
                let row = try await connection.run("SELECT b, n, d, w, j, m FROM t")[0]
                #expect(try row.decode(Bool.self, at: 0))
                #expect(try row.decode(DecimalNumber.self, at: 1).description == "12.50")
                #expect(try row.decode(CalendarDate.self, at: 2).description == "2026-01-02")
                #expect(try row.decode(Timestamp.self, at: 3) == when)
                #expect(try row.decode(String.self, at: 4) == #"{"a": [1]}"#)
                #expect(try row.decode(String.self, at: 5) == "high")
                await #expect(throws: EngineError.self) {
                    try await connection.update(backend.table("t"), key: "id", rows: [RowChange(id, ["m": ["low"]])])
                }
            }
        }
    }

    @Test("deletes many rows with one statement", arguments: Backend.allCases)
    func delete(backend: Backend) async throws {
        try await backend.withEngine(Self.script(backend)) { engine, recorder in
            try await engine.withConnection(.readWrite) { connection in
                let statements = try await count(recorder) {
                    let rows = try await connection.delete(from: backend.table("renders"), key: "id", in: [1, 3, 3, 8])
                    #expect(rows == 2)
                }
                #expect(statements == 1)
                let left = try await connection.number("SELECT max(id) + count(*) * 10 FROM renders")
                #expect(left == 12)
            }
        }
    }

    @Test("texts that look the same and have other bytes are other keys", arguments: Backend.allCases)
    func keysByBytes(backend: Backend) async throws {
        let (composed, decomposed) = ("\u{e9}", "e\u{301}")
        try await backend.withEngine("CREATE TABLE t (k TEXT PRIMARY KEY, v TEXT)") { engine, _ in
            let table = backend.table("t")
            try await engine.withConnection(.readWrite) { connection in
                for key in [composed, decomposed] { try await connection.run("INSERT INTO t VALUES (\(key), 'old')") }
                let one = try await connection.update(table, key: "k", in: [composed, decomposed], set: ["v": "new"])
                #expect(one == 2)
                let own = try await connection.update(
                    table,
                    key: "k",
                    rows: [RowChange(composed, ["v": "1"]), RowChange(decomposed, ["v": "2"])]
                )
                #expect(own == 2)
                let rows = try await connection.rows(of: table, key: "k", in: [decomposed, composed], columns: ["v"])
                #expect(rows.map { $0?[0] } == ["2", "1"])
                var chunks = 0
                let cut = await #expect(throws: ChunksInterrupted<String>.self) {
                    try await connection.inChunks(of: [composed, decomposed], chunkKeysMax: 1) { connection, keys in
                        chunks += 1
                        if chunks == 2 { throw CancellationError() }
                        return try await connection.update(table, key: "k", in: keys, set: ["v": "chunk"])
                    }
                }
                let rest = try await connection.inChunks(
                    of: [composed, decomposed],
                    chunkKeysMax: 1,
                    resumingAfter: cut?.progress.resumeToken
                ) { connection, keys in
                    try await connection.update(table, key: "k", in: keys, set: ["v": "chunk"])
                }
                #expect(rest.affectedRows == 1 && rest.keysDone == 2)
                let done = try await connection.number("SELECT count(*) FROM t WHERE v = 'chunk'")
                #expect(done == 2)
                let deleted = try await connection.delete(from: table, key: "k", in: [composed, decomposed, composed])
                #expect(deleted == 2)
            }
        }
    }

    @Test("batches of the same rows in opposite orders wait for one another and never deadlock")
    func deadlocks() async throws {
        let fill = "INSERT INTO renders (id, status) SELECT n, 'new' FROM generate_series(10, 1009) n;"
        try await Backend.postgres.withEngine(Self.script(.postgres) + fill) { engine, _ in
            let table = Backend.postgres.table("renders")
            try await withThrowingTaskGroup { group in
                for worker in 0..<6 {
                    group.addTask {
                        try await engine.withConnection(.readWrite) { connection in
                            for round in 0..<15 {
                                let ids = (10...1_009).shuffled()
                                if (worker + round).isMultiple(of: 2) {
                                    try await connection.update(table, key: "id", in: ids, set: ["score": 1.0])
                                } else {
                                    let rows = ids.map { RowChange($0, ["score": .double(Double(worker))]) }
                                    let count = try await connection.update(table, key: "id", rows: rows)
                                    #expect(count == 1_000)
                                }
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
    }
}
