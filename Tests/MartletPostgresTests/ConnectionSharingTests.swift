import MartletCore
import MartletPostgres
import Testing

@Suite("Callers that share a PostgreSQL connection", .timeLimit(.minutes(5)))
struct ConnectionSharingTests {
    @Test("get their own results after a pipeline that could not be encoded, and nothing of it happens")
    func halfEncodedPipeline() async throws {
        let connection = try await ConnectionFixture().connect()
        _ = try await connection.run("CREATE TABLE t (id int, v text)")
        let insert = Statement("INSERT INTO t VALUES ($1, $2)")
        for broken: [Value] in [[2], [.integer(1 << 40), "b"], [2, "a\0b"]] {
            await #expect(throws: EngineError.self) {
                _ = try await connection.runPipelined([
                    insert.binding(values: [1, "a"]), insert.binding(values: broken),
                ])
            }
            #expect(try await connection.number("SELECT 7") == 7)
        }
        #expect(try await connection.number("SELECT count(*) FROM t") == 0)
        await connection.close()
    }

    @Test("each get their own rows, in statements, pipelines, scripts, streams and loads at once")
    func mixture() async throws {
        let fixture = try await ConnectionFixture()
        let connection = try await fixture.connect()
        _ = try await connection.run("CREATE TABLE t (id bigint)")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<200 {
                group.addTask {
                    switch number % 5 {
                    case 0: #expect(try await connection.number("SELECT \(number)::bigint") == number)
                    case 1:
                        let all = try await connection.runPipelined((0..<10).map { "SELECT \(number + $0)::bigint" })
                        #expect(try all.map { try $0[0].decode(Int.self, at: 0) } == Array(number..<number + 10))
                    case 2: try await connection.runScript("INSERT INTO t VALUES (\(number)); SELECT 1")
                    case 3:
                        var sum = 0
                        try await connection.stream("SELECT generate_series(1, \(number)::bigint)", batchRows: 7) {
                            for row in $0 { sum += try row.decode(Int.self, at: 0) }
                        }
                        #expect(sum == number * (number + 1) / 2)
                    default:
                        let rows = [[Value]](repeating: [.integer(Int64(number))], count: 3)
                        #expect(try await connection.load(rows, into: fixture.table("t"), columns: ["id"]) == 3)
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await connection.number("SELECT count(*) FROM t") == 40 + 3 * 40)
        await connection.close()
    }

    @Test("let a script in though statements never cease")
    func scriptIsNotStarved() async throws {
        let connection = try await ConnectionFixture().connect()
        let callers = (0..<4)
            .map { _ in
                Task {
                    while !Task.isCancelled { _ = try? await connection.run("SELECT 1") }
                }
            }
        for _ in 0..<20 { try await connection.runScript("SELECT 1; SELECT 2") }
        for caller in callers { caller.cancel() }
        for caller in callers { await caller.value }
        await connection.close()
    }

    @Test("prepare more statements than are kept, and the server keeps no more either")
    func eviction() async throws {
        let connection = try await ConnectionFixture().connect()
        for number in 0..<600 {
            let statement = BoundStatement(unsafeText: "SELECT $1::bigint + \(number)", [1])
            #expect(try await connection.number(statement) == number + 1)
        }
        let all = (0..<600).map { BoundStatement(unsafeText: "SELECT $1::bigint + \($0)", [1]) }
        let rows = try await connection.runPipelined(all)
        #expect(try rows.map { try $0[0].decode(Int.self, at: 0) } == (0..<600).map { $0 + 1 })
        #expect(try await connection.number("SELECT count(*) FROM pg_prepared_statements") <= 257)
        await connection.close()
    }

    @Test("prepare one statement once though many ask for it first")
    func preparedByMany() async throws {
        let connection = try await ConnectionFixture().connect()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<50 {
                group.addTask {
                    let answer = try await connection.number("SELECT 0 + \(number)::bigint")
                    #expect(answer == number)
                }
            }
            try await group.waitForAll()
        }
        _ = try await connection.number("SELECT 1 + \(1)::bigint")
        let kept = "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'SELECT 0 +%'"
        #expect(try await connection.number(BoundStatement(unsafeText: kept)) == 1)
        await connection.close()
    }

    @Test("never notice that the server has forgotten their statements", arguments: ["DISCARD ALL", "DEALLOCATE ALL"])
    func forgotten(command: String) async throws {
        let connection = try await ConnectionFixture().connect()
        let statement: BoundStatement = "SELECT \(3)::bigint"
        for _ in 0..<3 {
            #expect(try await connection.number(statement) == 3)
            _ = try await connection.run(BoundStatement(unsafeText: command))
        }
        // By a way that cannot be seen: outside a transaction it is mended.
        try await connection.runScript("DO $$ BEGIN EXECUTE 'DEALLOCATE ALL'; END $$")
        #expect(try await connection.number(statement) == 3)
        await connection.close()
    }

    @Test("go on when a table has changed beneath a prepared statement")
    func changedTable() async throws {
        let fixture = try await ConnectionFixture()
        let connection = try await fixture.connect()
        _ = try await connection.run("CREATE TABLE t (id int)")
        _ = try await connection.run("INSERT INTO t VALUES (1)")
        let statement: BoundStatement = "SELECT * FROM t WHERE id = \(1)"
        #expect(try await connection.run(statement)[0].values == [1])
        try await fixture.runApart("ALTER TABLE t ADD a text DEFAULT 'a'")
        #expect(try await connection.run(statement)[0].values == [1, "a"])
        try await fixture.runApart("ALTER TABLE t ADD b int DEFAULT 2")
        let pipelined = try await connection.runPipelined([statement, "SELECT \(5)::int", statement])
        #expect(pipelined.map { $0[0].values } == [[1, "a", 2], [5], [1, "a", 2]])
        try await fixture.runApart("ALTER TABLE t DROP a")
        var streamed: [[Value]] = []
        try await connection.stream(statement, batchRows: 10) { streamed += $0.map(\.values) }
        #expect(streamed == [[1, 2]])
        try await fixture.runApart("ALTER TABLE t ALTER b TYPE text")
        async let first = connection.run(statement)
        async let second = connection.run(statement)
        #expect(try await [first[0].values, second[0].values] == [[1, "2"], [1, "2"]])
        let kept = "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'SELECT *%'"
        _ = try await connection.run("SELECT 1 + \(1)::bigint")
        #expect(try await connection.number(BoundStatement(unsafeText: kept)) == 1)
        await connection.close()
    }

    @Test("begin transactions one after the other in one pipeline, and none within another")
    func nesting() async throws {
        let connection = try await ConnectionFixture().connect()
        try await connection.runPipelined(["BEGIN", "SELECT 1", "COMMIT", "START TRANSACTION", "SELECT 2", "END"])
        try await expectFailure(.unsupported) { try await connection.runPipelined(["BEGIN", "SELECT 1", "BEGIN"]) }
        #expect(connection.standing == .ready)
        try await connection.run("BEGIN")
        let select = Task { try await connection.run("SELECT pg_sleep(\(0.2))") }
        try await expectFailure(.unsupported) { try await connection.run("start transaction") }
        _ = try await select.value
        try await connection.runPipelined(["SELECT 1", "COMMIT", "BEGIN"])
        #expect(connection.standing == .inTransaction)
        await connection.close()
    }

    @Test("keep texts apart that look the same")
    func canonicalEquivalents() async throws {
        let connection = try await ConnectionFixture().connect()
        let texts = ["\u{E9}", "e\u{301}", "\u{8C48}", "\u{F900}"]
        for _ in 0..<3 {
            for text in texts {
                let statement = BoundStatement(unsafeText: "SELECT '\(text)', $1::int", [1])
                #expect(Array(try await connection.text(statement).utf8) == Array(text.utf8))
            }
        }
        await connection.close()
    }
}
