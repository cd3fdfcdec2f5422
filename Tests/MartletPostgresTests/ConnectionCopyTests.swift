import MartletCore
import MartletPostgres
import Testing

@Suite("COPY from PostgreSQL", .timeLimit(.minutes(5)))
struct ConnectionCopyTests {
    // Not in FROM, where the server would make all rows first.
    private let endless: BoundStatement = "SELECT generate_series(1, 1000000000)"

    private func copied(
        _ statement: BoundStatement,
        _ format: CopyFormat = .text,
        on connection: any Connection
    ) async throws -> (text: String, rows: Int) {
        var bytes: [UInt8] = []
        let rows = try await connection.copyOut(statement, as: format) { bytes += $0 }
        return (String(decoding: bytes, as: UTF8.self), rows)
    }

    @Test("brings rows as the server writes them, in each format, and says how many")
    func formats() async throws {
        let connection = try await ConnectionFixture().connect()
        let statement: BoundStatement = "SELECT i, NULL AS n, 'a,b ż' AS t FROM generate_series(1, 2) i; -- all"
        let text = try await copied(statement, on: connection)
        #expect(text == ("1\t\\N\ta,b ż\n2\t\\N\ta,b ż\n", 2))
        let csv = try await copied(statement, .csv(), on: connection)
        #expect(csv == ("i,n,t\n1,,\"a,b ż\"\n2,,\"a,b ż\"\n", 2))
        let bare = try await copied(statement, .csv(header: false), on: connection)
        #expect(bare.text == "1,,\"a,b ż\"\n2,,\"a,b ż\"\n")
        let binary = try await copied(statement, .binary, on: connection)
        #expect(binary.text.hasPrefix("PGCOPY\n") && binary.rows == 2)
        let none = try await copied("SELECT 1 WHERE false", on: connection)
        #expect(none == ("", 0))
        await connection.close()
    }

    @Test("comes in pieces of a bounded size that end with a row")
    func pieces() async throws {
        let connection = try await ConnectionFixture().connect()
        var (largest, pieces, bytes) = (0, 0, 0)
        let statement: BoundStatement = "SELECT i, repeat('x', 100) FROM generate_series(1, 50000) i"
        let rows = try await connection.copyOut(statement, as: .text) { piece in
            #expect(piece.last == 10)
            (largest, pieces, bytes) = (max(largest, piece.count), pieces + 1, bytes + piece.count)
        }
        #expect(rows == 50_000)
        #expect(bytes > 5_000_000)
        #expect(pieces > 50 && largest < 80_000)
        await connection.close()
    }

    @Test("takes values of any type, which become no part of a text", arguments: [false, true])
    func values(isWithinTransaction: Bool) async throws {
        let connection = try await ConnectionFixture().connect()
        let quote = "o'h; \\ ż\n"
        let statement: BoundStatement = """
            SELECT \(quote)::text, \(7) + 1, \(Value.null)::date, \([1, 2] as [Int64])::bigint[], '$1'::text,
                \(true)::bool
            FROM generate_series(1, 3) i WHERE i > \(1) AND i = ANY(\([2, 3] as [Int64])) LIMIT \(1)
            """
        if isWithinTransaction { try await connection.run("BEGIN") }
        let (text, rows) = try await copied(statement, on: connection)
        #expect(text == "o'h; \\\\ ż\\n\t8\t\\N\t{1,2}\t$1\tt\n")
        #expect(rows == 1)
        #expect(connection.standing == (isWithinTransaction ? .inTransaction : .ready))
        if isWithinTransaction { try await connection.run("ROLLBACK") }
        // What was bound is gone with the transaction.
        let left = try await connection.run("SELECT current_setting('martlet.copy_1', true)")[0][0]
        #expect(left == .null || left == .text(""))
        await connection.close()
    }

    @Test("is one statement: nothing behind its end is run")
    func oneStatement() async throws {
        let fixture = try await ConnectionFixture()
        let connection = try await fixture.connect()
        try await connection.run("CREATE TABLE kept (id integer)")
        for text in ["SELECT 1) TO STDOUT; DROP TABLE kept; --", "SELECT 1; DROP TABLE kept", "DROP TABLE kept"] {
            try await expectFailure(.syntaxError) {
                _ = try await connection.copyOut(BoundStatement(unsafeText: text), as: .text) { _ in }
            }
        }
        #expect(try await connection.number("SELECT count(*) FROM kept") == 0)
        await connection.close()
    }

    @Test("an error of the statement is passed on, at its beginning and half way; the connection stays usable")
    func errors() async throws {
        let connection = try await ConnectionFixture().connect()
        try await expectFailure(.undefinedObject) {
            _ = try await copied("SELECT * FROM missing", on: connection)
        }
        let late = await #expect(throws: EngineError.self) {
            _ = try await copied("SELECT 1 / (100000 - i) FROM generate_series(1, 200000) i", on: connection)
        }
        #expect(late?.driverCode == "22012")
        #expect(try await connection.number("SELECT 1") == 1)
        await connection.close()
    }

    @Test("a reader that throws and a task that is cancelled end it on the server; the connection stays usable")
    func ends() async throws {
        struct ReaderLeft: Error {}
        let fixture = try await ConnectionFixture()
        let connection = try await fixture.connect()
        let backend = try await fixture.backend(of: connection)
        await #expect(throws: ReaderLeft.self) {
            _ = try await connection.copyOut(endless, as: .text) { _ in throw ReaderLeft() }
        }
        #expect(try await connection.number("SELECT 1") == 1)
        let task = Task { try await connection.copyOut(endless, as: .text) { _ in } }
        try await fixture.waitUntilRuns("COPY", backend)
        task.cancel()
        try await expectFailure(.cancelled) { _ = try await task.value }
        #expect(try await connection.number("SELECT 1") == 1)
        // While no row comes, too.
        let silent = Task { try await connection.copyOut("SELECT pg_sleep(1000)", as: .text) { _ in } }
        try await fixture.waitUntilRuns("COPY", backend)
        silent.cancel()
        try await expectFailure(.cancelled) { _ = try await silent.value }
        #expect(try await connection.number("SELECT 1") == 1)
        await connection.close()
    }

    @Test("a statement on the same connection waits for its end, and is refused within it")
    func alone() async throws {
        let connection = try await ConnectionFixture().connect()
        let rows = try await connection.copyOut("SELECT generate_series(1, 100000)", as: .text) { _ in
            try await expectFailure(.unsupported) { try await connection.run("SELECT 1") }
        }
        #expect(rows == 100_000)
        async let copying = connection.copyOut("SELECT generate_series(1, 100000)", as: .text) { _ in }
        async let counted = connection.number("SELECT 1")
        #expect(try await (copying, counted) == (100_000, 1))
        await connection.close()
    }

    @Test("a session that ends meanwhile is said to be lost")
    func lost() async throws {
        let fixture = try await ConnectionFixture()
        let connection = try await fixture.connect()
        let backend = try await fixture.backend(of: connection)
        var isKilled = false
        let error = await #expect(throws: EngineError.self) {
            _ = try await connection.copyOut(endless, as: .text) { _ in
                if !isKilled { try await fixture.terminate(backend) }
                isKilled = true
            }
        }
        #expect(error?.code == .connectionLost || error?.driverCode == "57P01", "\(String(describing: error))")
        #expect(connection.standing == .lost)
        await connection.close()
    }
}
