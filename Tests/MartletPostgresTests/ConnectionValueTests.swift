import Foundation
import MartletCore
import MartletPostgres
import Testing

@Suite("Values of a PostgreSQL connection", .timeLimit(.minutes(5)))
struct ConnectionValueTests {
    /// A type, a constant of it, and what it is read as.
    struct Case: Sendable, CustomTestStringConvertible {
        let type: String
        let text: String
        let value: Value
        var testDescription: String { "\(type) \(text.prefix(40))" }

        init(_ type: String, _ text: String, _ value: Value) {
            (self.type, self.text, self.value) = (type, text, value)
        }
    }

    private static func timestamp(_ year: Int, _ month: Int, _ day: Int, microseconds: Int64 = 0) -> Value {
        let days = Int64(CalendarDate(year: year, month: month, day: day).daysSince1970)
        return .timestamp(Timestamp(microsecondsSince1970: days * 86_400_000_000 + microseconds))
    }

    private static func date(_ year: Int, _ month: Int, _ day: Int) -> Value {
        .date(CalendarDate(year: year, month: month, day: day))
    }

    private static func decimal(_ text: String) -> Value {
        DecimalNumber(text).map { .decimal($0) } ?? .null
    }

    private static let times: [Case] = [
        Case("date", "infinity", "infinity"), Case("date", "-infinity", "-infinity"),
        Case("date", "1970-01-01", date(1970, 1, 1)), Case("date", "2000-02-29", date(2000, 2, 29)),
        Case("date", "0001-01-01", date(1, 1, 1)), Case("date", "0001-12-31 BC", date(0, 12, 31)),
        Case("date", "4713-01-01 BC", date(-4_712, 1, 1)), Case("date", "5874897-12-31", date(5_874_897, 12, 31)),
        Case("timestamp", "infinity", .timestamp(.distantFuture)),
        Case("timestamp", "-infinity", .timestamp(.distantPast)),
        Case("timestamp", "1999-12-31 23:59:59.999999", timestamp(1999, 12, 31, microseconds: 86_399_999_999)),
        Case("timestamp", "4713-01-01 00:00:00 BC", timestamp(-4_712, 1, 1)),
        Case("timestamp", "294246-12-31 00:00:00", timestamp(294_246, 12, 31)),
        Case("timestamp", "294276-12-31 23:59:59.999999", "294276-12-31 23:59:59.999999"),
        Case("timestamptz", "294276-12-31 23:59:59.999999+00", "294276-12-31 23:59:59.999999+00"),
        Case("timestamptz", "infinity", .timestamp(.distantFuture)),
        Case("timestamptz", "0044-03-15 12:00:00+00 BC", timestamp(-43, 3, 15, microseconds: 43_200_000_000)),
        Case("timestamptz", "2024-02-29 00:00:00.000001+00", timestamp(2024, 2, 29, microseconds: 1)),
        Case("time", "12:34:56.789", "12:34:56.789"), Case("timetz", "12:34:56+05:30", "12:34:56+05:30"),
        Case("interval", "1 year 2 mons -3 days +04:05:06.7", "1 year 2 mons -3 days +04:05:06.7"),
        Case("daterange", "[2024-01-01,2024-02-01)", "[2024-01-01,2024-02-01)"),
    ]

    private static let numbers: [Case] = [
        Case("int2", "-32768", -32_768), Case("int4", "-2147483648", -2_147_483_648),
        Case("int8", "-9223372036854775808", .integer(.min)), Case("int8", "9223372036854775807", .integer(.max)),
        Case("oid", "4294967295", 4_294_967_295), Case("bool", "true", true), Case("bool", "false", false),
        Case("float8", "1.7976931348623157e+308", .double(.greatestFiniteMagnitude)),
        Case("float8", "5e-324", .double(.leastNonzeroMagnitude)), Case("float8", "-0", .double(-0.0)),
        Case("float8", "Infinity", .double(.infinity)), Case("float8", "-Infinity", .double(-.infinity)),
        Case("float4", "0.1", .double(Double(Float(0.1)))),
        Case("float4", "3.4028235e+38", .double(Double(Float.greatestFiniteMagnitude))),
        Case("numeric", "0", decimal("0")), Case("numeric", "0.00", decimal("0.00")),
        Case("numeric", "NaN", decimal("NaN")),
        Case("numeric", "Infinity", decimal("Infinity")), Case("numeric", "-Infinity", decimal("-Infinity")),
        Case("numeric", "0.00000000000000000001", decimal("0.00000000000000000001")),
        Case("numeric", "1e-20", decimal("0.00000000000000000001")),
        Case("numeric", "-12345678901234567890.000123456789", decimal("-12345678901234567890.000123456789")),
        Case("numeric", "10000", decimal("10000")), Case("numeric", "100000000", decimal("100000000")),
        Case("numeric", "0.0001", decimal("0.0001")), Case("numeric", "0.00010", decimal("0.00010")),
        Case("numeric", "9999.9999", decimal("9999.9999")), Case("money", "$1,234.50", "$1,234.50"),
    ]

    private static let texts: [Case] = [
        Case("text", "", ""), Case("text", "\u{1F989} \"quoted\" \\ back", "\u{1F989} \"quoted\" \\ back"),
        Case("varchar", "v", "v"), Case("char(5)", "ab", "ab   "), Case("\"char\"", "x", "x"), Case("\"char\"", "", ""),
        Case("name", "a name", "a name"), Case("bytea", "\\x", .bytes([])),
        Case("bytea", "\\x00ff5c27", .bytes([0, 255, 92, 39])),
        Case("json", "{\"a\":  1}", .json("{\"a\":  1}")), Case("jsonb", "{\"a\":  1}", .json("{\"a\": 1}")),
        Case(
            "uuid",
            "6f9619ff-8b86-d011-b42d-00c04fc964ff",
            UUID(uuidString: "6f9619ff-8b86-d011-b42d-00c04fc964ff").map { .uuid($0) } ?? .null
        ),
        Case("inet", "192.168.0.1/24", "192.168.0.1/24"), Case("mood", "bad", "bad"), Case("short", "abc", "abc"),
        Case("pair", "(1,\"a b\")", "(1,\"a b\")"), Case("regtype", "integer", "integer"),
        Case("text[]", "{}", []),
        Case(
            "text[]",
            "{NULL,\"\",\"NULL\",\"a,b\",\"{}\",\"\\\"\",\"\\\\\"}",
            [nil, "", "NULL", "a,b", "{}", "\"", "\\"]
        ),
        Case("text[]", "{\"\\\"\u{301}\",\u{301},\"a\r\nb\"}", ["\"\u{301}", "\u{301}", "a\r\nb"]),
        Case("int4[]", "{{1,2},{3,4}}", [[1, 2], [3, 4]]), Case("int4[]", "[0:1]={1,2}", [1, 2]),
        Case("int8[]", "{{{1}},{{NULL}}}", [[[1]], [[nil]]]), Case("bool[]", "{t,f,NULL}", [true, false, nil]),
        Case("numeric[]", "{1.50,NaN}", .array([decimal("1.50"), decimal("NaN")])),
        Case(
            "timestamptz[]",
            "{infinity,\"2024-02-29 00:00:00+00\"}",
            .array([.timestamp(.distantFuture), timestamp(2024, 2, 29)])
        ),
        Case("date[]", "{2024-02-29,infinity}", .array([date(2024, 2, 29), "infinity"])),
        Case("bytea[]", "{\"\\\\x00ff\"}", .array([.bytes([0, 255])])),
        Case("jsonb[]", "{\"{\\\"a\\\": 1}\"}", .array([.json("{\"a\": 1}")])),
        Case("mood[]", "{good,bad}", "{good,bad}"),
    ]

    private static let prepared = Task {
        let fixture = try await ConnectionFixture()
        let connection = try await fixture.connect()
        try await connection.runScript(
            """
            CREATE TYPE mood AS ENUM ('good', 'bad'); CREATE DOMAIN short AS text CHECK (length(VALUE) < 5);
            CREATE TYPE pair AS (a int, b text)
            """
        )
        return connection
    }

    @Test("are read alike in binary and text, and sent back are what they were", arguments: times + numbers + texts)
    func table(_ each: Case) async throws {
        let connection = try await Self.prepared.value
        let literal = each.text.replacing("'", with: "''")
        for _ in 0..<3 {
            let plain = BoundStatement(unsafeText: "SELECT E'\(literal.replacing("\\", with: "\\\\"))'::\(each.type)")
            #expect(try await connection.run(plain)[0][0] == each.value)
        }
        // A column without a binary form makes all columns come as text.
        let cast = "SELECT $1::\(each.type), interval '0'"
        let asText = try await connection.run(BoundStatement(unsafeText: cast, [.text(each.text)]))
        #expect(asText[0][0] == each.value)
        // Sent back, prepared and as the text that any type takes.
        for statement in ["SELECT $1::\(each.type), $1::\(each.type)::text", "SELECT $1::\(each.type), $2::text"] {
            let values = statement.contains("$2") ? [each.value, "x"] : [each.value]
            #expect(try await connection.run(BoundStatement(unsafeText: statement, values))[0][0] == each.value)
        }
        var streamed: [Value] = []
        try await connection.stream(BoundStatement(unsafeText: cast, [each.value]), batchRows: 1) {
            streamed.append($0[0][0])
        }
        #expect(streamed == [each.value])
    }

    @Test("are NULL whatever their type")
    func nulls() async throws {
        let connection = try await Self.prepared.value
        for each in Self.times + Self.numbers + Self.texts {
            let rows = try await connection.run(BoundStatement(unsafeText: "SELECT $1::\(each.type)", [.null]))
            #expect(rows[0][0] == .null)
        }
    }

    @Test("that are random agree with the server's own text", arguments: [UInt64.random(in: 0 ... .max)])
    func random(seed: UInt64) async throws {
        print("random values of PostgreSQL: seed \(seed)")
        var random = RandomValues(seed: seed)
        let connection = try await ConnectionFixture().connect()
        for _ in 0..<60 {
            for type in RandomValues.types {
                let values = (0..<20).map { _ in random.value(of: type) }
                // What is bound in binary, the server shows as text; what it shows is parsed, and read in binary.
                let list = values.indices.map { "($\($0 + 1)::\(type), \($0))" }.joined(separator: ",")
                let binary = BoundStatement(
                    unsafeText: "SELECT v, v::text FROM (VALUES \(list)) AS t (v, i) ORDER BY i",
                    values
                )
                let found = try await connection.run(binary)
                #expect(found.map { $0[0] } == values, "seed \(seed), \(type)")
                let texts = found.map { $0[1] }
                let parsed = BoundStatement(
                    unsafeText:
                        "SELECT t::\(type), interval '0' FROM unnest($1::text[]) WITH ORDINALITY u (t, i) ORDER BY i",
                    [.array(texts)]
                )
                #expect(try await connection.run(parsed).map { $0[0] } == values, "seed \(seed), \(type)")
            }
        }
        await connection.close()
    }
}
