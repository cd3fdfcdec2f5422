import MartletCore
import MartletPostgres
import Testing

@Suite("Errors and limits of a PostgreSQL connection", .timeLimit(.minutes(5)))
struct ConnectionErrorTests {
    private static let schema = """
        CREATE TYPE mood AS ENUM ('good', 'bad');
        CREATE DOMAIN short AS text CHECK (length(VALUE) < 5);
        CREATE TABLE t (id bigint, name text UNIQUE CHECK (name <> 'hunter2check'), n numeric(4, 2), j jsonb, u uuid,
            d date, m mood, s short, v varchar(3), x int, r int4range, b bit(3), a int[],
            EXCLUDE USING gist (r WITH &&));
        INSERT INTO t (name) VALUES ('hunter2unique')
        """

    @Test(
        "never show a bound value",
        arguments: [
            ("INSERT INTO t (name) VALUES ($1)", "hunter2unique", EngineError.Code.uniqueViolation),
            ("INSERT INTO t (name) VALUES ($1)", "hunter2check", .checkViolation),
            ("SELECT $1::text::int", "hunter2", .invalidValue),
            ("SELECT $1::text::int", "a\" hunter2 \"b", .invalidValue),
            ("SELECT $1::text::int", "99999999991234", .invalidValue),
            ("INSERT INTO t (x) VALUES ($1)", "99999999991234", .invalidValue),
            ("INSERT INTO t (x) VALUES ($1)", "hunter2", .invalidValue),
            ("INSERT INTO t (n) VALUES ($1)", "12345678.91", .invalidValue),
            ("INSERT INTO t (j) VALUES ($1)", "{hunter2}", .invalidValue),
            ("INSERT INTO t (u) VALUES ($1)", "hunter2", .invalidValue),
            ("INSERT INTO t (d) VALUES ($1)", "hunter2", .invalidValue),
            ("INSERT INTO t (d) VALUES ($1)", "2024-13-77", .invalidValue),
            ("INSERT INTO t (m) VALUES ($1)", "hunter2", .invalidValue),
            ("INSERT INTO t (s) VALUES ($1)", "hunter2", .checkViolation),
            ("INSERT INTO t (v) VALUES ($1)", "hunter2", .invalidValue),
            ("INSERT INTO t (r) VALUES ($1)", "hunter2", .invalidValue),
            ("INSERT INTO t (b) VALUES ($1)", "hunter2", .invalidValue),
            ("INSERT INTO t (a) VALUES ($1)", "{hunter2}", .invalidValue),
            ("SELECT to_date($1, 'YYYY')", "hunter2", .invalidValue),
            ("SELECT 'a' ~ $1", "hunter2(", .invalidValue),
            ("SELECT $1::regclass", "hunter2", .undefinedObject),
            ("SELECT set_config($1, 'a', false)", "hunter2", .undefinedObject),
        ]
    )
    func hidesValues(text: String, value: String, code: EngineError.Code) async throws {
        let connection = try await Self.prepared.value.connect()
        for _ in 0..<2 {
            let error = try await expectFailure(code) {
                _ = try await connection.run(BoundStatement(unsafeText: text, [.text(value)]))
            }
            #expect(!error.description.contains(value) && !error.description.contains("hunter2"), "\(error)")
            #expect(error.statement == text)
            let piped = try await expectFailure(code) {
                _ = try await connection.runPipelined([
                    "SELECT 1", BoundStatement(unsafeText: text, [.text(value)]), "SELECT 2",
                ])
            }
            #expect(!piped.description.contains(value) && !piped.description.contains("hunter2"), "\(piped)")
            let streamed = try await expectFailure(code) {
                try await connection.stream(BoundStatement(unsafeText: text, [.text(value)]), batchRows: 1) { _ in }
            }
            #expect(!streamed.description.contains(value) && !streamed.description.contains("hunter2"), "\(streamed)")
        }
        await connection.close()
    }

    private static let prepared = Task {
        let fixture = try await ConnectionFixture()
        try await fixture.engine.withConnection(.readWrite) { try await $0.runScript(schema) }
        return fixture
    }

    @Test("never show a value that is loaded")
    func hidesLoaded() async throws {
        let fixture = try await Self.prepared.value
        let connection = try await fixture.connect()
        let table = fixture.table("t")
        let cases: [(String, Value, EngineError.Code)] = [
            ("x", "hunter2", .invalidValue), ("name", "hunter2unique", .uniqueViolation),
            ("name", "hunter2check", .checkViolation), ("d", "hunter2", .invalidValue), ("v", "hunter2", .invalidValue),
        ]
        for (column, value, code) in cases {
            let error = try await expectFailure(code) {
                _ = try await connection.load([[value]], into: table, columns: [column])
            }
            #expect(!error.description.contains("hunter2"), "\(error)")
        }
        try await expectFailure(.invalidValue) {
            _ = try await connection.load([["a\0b"]], into: table, columns: ["name"])
        }
        try await expectFailure(.invalidBinding) {
            _ = try await connection.load([[1], [1, 2]], into: table, columns: ["x"])
        }
        try await expectFailure(.undefinedObject) { _ = try await connection.load([[1]], into: table, columns: ["no"]) }
        #expect(try await connection.load([], into: table, columns: ["x"]) == 0)
        await connection.close()
    }

    @Test("are typed for what is no single statement")
    func statements() async throws {
        let connection = try await ConnectionFixture().connect()
        for empty in ["", "  ", "-- nothing", "/* a /* b */ c */", ";"] {
            #expect(try await connection.run(BoundStatement(unsafeText: empty)).isEmpty)
            try await connection.runScript(empty)
        }
        try await expectFailure(.syntaxError) { _ = try await connection.run("SELECT 1; SELECT 2") }
        try await expectFailure(.syntaxError) {
            _ = try await connection.run(BoundStatement(unsafeText: "SELECT $1; SELECT 2", [1]))
        }
        try await expectFailure(.syntaxError) { _ = try await connection.run("SELECT 1\0 SELECT 2") }
        try await expectFailure(.syntaxError) { try await connection.runScript("SELECT 1;\0 SELECT 2") }
        try await expectFailure(.invalidValue) { _ = try await connection.run("SELECT \("a\0b")") }
        try await expectFailure(.invalidValue) { _ = try await connection.run("SELECT \(["a\0b"])::text[]") }
        #expect(try await connection.number("SELECT 7") == 7)
        await connection.close()
    }

    @Test("are typed for COPY where none can be, and leave the connection usable where it can be told before")
    func copy() async throws {
        let fixture = try await ConnectionFixture()
        let connection = try await fixture.connect()
        _ = try await connection.run("CREATE TABLE t (id int)")
        for text in ["COPY t FROM STDIN", "copy t to stdout", "/* a */ COPY (SELECT 1) TO STDOUT"] {
            try await expectFailure(.unsupported) { _ = try await connection.run(BoundStatement(unsafeText: text)) }
            try await expectFailure(.unsupported) {
                _ = try await connection.runPipelined([BoundStatement(unsafeText: text)])
            }
            try await expectFailure(.unsupported) {
                try await connection.stream(BoundStatement(unsafeText: text), batchRows: 1) { _ in }
            }
            try await expectFailure(.unsupported) { try await connection.runScript("SELECT 1; \(text); SELECT 2") }
            #expect(try await connection.number("SELECT 7") == 7)
        }
        let many = "COPY (SELECT repeat('x', 1000) FROM generate_series(1, 20000)) TO STDOUT"
        try await expectFailure(.unsupported) { try await connection.runScript(many) }
        #expect(try await connection.number("SELECT 7") == 7)
        await connection.close()
    }

    @Test("let 65,535 values pass and no more")
    func manyValues() async throws {
        let connection = try await ConnectionFixture().connect()
        for (count, isAllowed) in [(65_535, true), (65_536, false), (70_000, false)] {
            let list = (1...count).map { "($\($0)::int)" }.joined(separator: ",")
            let statement = BoundStatement(
                unsafeText: "SELECT count(*) FROM (VALUES \(list)) v",
                Array(repeating: 1, count: count)
            )
            if isAllowed {
                #expect(try await connection.number(statement) == count)
            } else {
                try await expectFailure(.invalidBinding) { _ = try await connection.run(statement) }
            }
        }
        #expect(try await connection.number("SELECT 7") == 7)
        await connection.close()
    }

    @Test("thousands of values mean the same, however many: of any type, in a stream, a pipeline, again")
    func thousandsOfValues() async throws {
        let connection = try await ConnectionFixture().connect()
        let instant = Timestamp(microsecondsSince1970: 1_718_000_000_123_456)
        let special: [Value] = [
            .bool(true), .integer(.min), .double(0.1), .text("it's \"ö\""), .bytes([0, 92, 255]), .timestamp(instant),
            .array([.integer(1), .null]), .null,
        ]
        let types = ["bool", "bigint", "float8", "text", "bytea", "timestamptz", "int[]", "text"]
        for count in [7_490, 7_491, 20_000] {
            let list = (1...count).map { "$\($0 + types.count)" }.joined(separator: ",")
            let cells = types.enumerated().map { "$\($0.offset + 1)::\($0.element)" }.joined(separator: ",")
            let statement = BoundStatement(
                unsafeText: "SELECT \(cells), n FROM generate_series(-5, 50000) n WHERE n IN (\(list)) ORDER BY n",
                special + (1...count).map(\.value)
            )
            for _ in 0..<2 {
                let rows = try await connection.run(statement)
                #expect(rows.count == count)
                #expect(Array(rows[0].values.dropLast()) == special)
                #expect(try rows.map { try $0.decode(Int.self, "n") } == Array(1...count))
            }
            let pipelined = try await connection.runPipelined(["SELECT 1", statement, "SELECT 2"])
            #expect(pipelined.map(\.count) == [1, count, 1])
            var streamed = 0
            try await connection.stream(statement, batchRows: 1_000) { streamed += $0.count }
            #expect(streamed == count)
        }
        await connection.close()
    }

    @Test("let an array of 100,000 elements pass, as numbers and as text")
    func largeArray() async throws {
        let connection = try await ConnectionFixture().connect()
        let numbers = Array(1...100_000)
        #expect(try await connection.number("SELECT sum(i) FROM unnest(\(numbers)::bigint[]) i") == 5_000_050_000)
        let texts = numbers.map(String.init)
        let rows = try await connection.run(
            "SELECT \(texts)::text[], \(numbers)::bigint[], \(texts)::text[]::numeric[]"
        )
        #expect(try rows[0].decode([String].self, at: 0) == texts)
        #expect(try rows[0].decode([Int].self, at: 1) == numbers)
        #expect(try rows[0].decode([Int].self, at: 2) == numbers)
        await connection.close()
    }

    @Test("refuse politely what is more than PostgreSQL takes, and take what is large")
    func largeValues() async throws {
        let connection = try await ConnectionFixture().connect()
        let large = [UInt8](repeating: 7, count: 100_000_000)
        #expect(try await connection.number("SELECT length(\(large)::bytea)") == large.count)
        let rows = try await connection.run("SELECT repeat('x', 1000000) FROM generate_series(1, \(100))")
        #expect(rows.byteCount == 100_000_000)
        let parts = Value.array([Value](repeating: .bytes(large), count: 11))
        try await expectFailure(.invalidBinding) {
            _ = try await connection.run(BoundStatement(unsafeText: "SELECT $1::bytea[]", [parts]))
        }
        #expect(try await connection.number("SELECT 7") == 7)
        await connection.close()
    }
}
