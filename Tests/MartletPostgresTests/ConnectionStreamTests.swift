import MartletCore
import MartletPostgres
import Testing

@Suite("Streams of a PostgreSQL connection", .timeLimit(.minutes(5)))
struct ConnectionStreamTests {
    struct BodyFailure: Error {}

    @Test("refuse statements on the same connection from within, and allow them before, after and elsewhere")
    func ownConnection() async throws {
        let fixture = try await ConnectionFixture()
        let (first, second) = (try await fixture.connect(), try await fixture.connect())
        var escaped: Task<Int, any Error>?
        try await first.stream("SELECT generate_series(1, 3)", batchRows: 1) { _ in
            try await expectFailure(.unsupported) { _ = try await first.run("SELECT 1") }
            try await expectFailure(.unsupported) { _ = try await first.runPipelined(["SELECT 1"]) }
            try await expectFailure(.unsupported) { try await first.runScript("SELECT 1") }
            try await expectFailure(.unsupported) { try await first.stream("SELECT 1", batchRows: 1) { _ in } }
            #expect(try await second.number("SELECT 7") == 7)
            try await second.stream("SELECT 1", batchRows: 1) { _ in
                try await expectFailure(.unsupported) { _ = try await first.run("SELECT 1") }
                try await expectFailure(.unsupported) { _ = try await second.run("SELECT 1") }
            }
            // A task that outlives the stream it was made in.
            escaped = Task {
                try await Task.sleep(for: .milliseconds(50))
                return try await first.number("SELECT 8")
            }
        }
        #expect(try await escaped?.value == 8)
        #expect(try await first.number("SELECT 7") == 7)
        for connection in [first, second] { await connection.close() }
    }

    @Test("end with the error of their body, their statement or their values, and the connection goes on")
    func failures() async throws {
        let connection = try await ConnectionFixture().connect()
        for _ in 0..<20 {
            await #expect(throws: BodyFailure.self) {
                try await connection.stream("SELECT generate_series(1, 100000)", batchRows: 10) { _ in
                    throw BodyFailure()
                }
            }
            #expect(try await connection.number("SELECT 7") == 7)
        }
        var seen = 0
        try await expectFailure(.invalidValue) {
            try await connection.stream("SELECT 1 / (50 - i) FROM generate_series(1, 100) i", batchRows: 10) {
                seen += $0.count
            }
        }
        #expect(seen == 40)
        #expect(try await connection.number("SELECT 7") == 7)
        try await expectFailure(.invalidBinding) {
            try await connection.stream(BoundStatement(unsafeText: "SELECT $1::int", [1, 2]), batchRows: 1) { _ in }
        }
        try await expectFailure(.invalidValue) {
            try await connection.stream("SELECT \("a\0b")", batchRows: 1) { _ in }
        }
        try await expectFailure(.syntaxError) { try await connection.stream("SELEKT", batchRows: 1) { _ in } }
        #expect(try await connection.number("SELECT 7") == 7)
        await connection.close()
    }

    @Test("of statements without rows have no batch, and have their effect")
    func withoutRows() async throws {
        let connection = try await ConnectionFixture().connect()
        for statement: BoundStatement in ["CREATE TABLE t (id int)", "INSERT INTO t VALUES (1)", ""] {
            try await connection.stream(statement, batchRows: 1) { _ in Issue.record("there is a batch") }
        }
        #expect(try await connection.number("SELECT count(*) FROM t") == 1)
        await connection.close()
    }

    @Test("stay within the transaction that is open")
    func withinTransaction() async throws {
        let connection = try await ConnectionFixture().connect()
        _ = try await connection.run("BEGIN")
        _ = try await connection.run("CREATE TABLE t AS SELECT generate_series(1, 100) AS id")
        await #expect(throws: BodyFailure.self) {
            try await connection.stream("SELECT id, clock_timestamp(), interval '1 day' FROM t", batchRows: 7) { _ in
                throw BodyFailure()
            }
        }
        // Cancelling the stream has ended the transaction, or the stream was over before.
        _ = try? await connection.run("SELECT 1")
        _ = try await connection.run("ROLLBACK")
        #expect(try await connection.text("SELECT (to_regclass('t') IS NULL)::text") == "true")
        await connection.close()
    }

    @Test("hand their rows over without losing or doubling one", arguments: [1, 2, 999, 1_000, 1_001, 100_000])
    func batches(batchRows: Int) async throws {
        let connection = try await ConnectionFixture().connect()
        var next = 1
        try await connection.stream(
            "SELECT i, repeat('x', i % 100), NULL::int FROM generate_series(1, \(1_000)) i",
            batchRows: batchRows
        ) { batch in
            #expect(batch.count <= batchRows)
            for row in batch {
                #expect(row.values == [.integer(Int64(next)), .text(String(repeating: "x", count: next % 100)), .null])
                next += 1
            }
        }
        #expect(next == 1_001)
        await connection.close()
    }
}
