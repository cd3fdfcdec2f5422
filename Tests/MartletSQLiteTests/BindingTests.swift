import Foundation
import MartletCore
import MartletTesting
import Testing

@testable import MartletSQLite

@Suite("Binding values")
struct BindingTests {
    @Test(
        "gives each kind of placeholder its value",
        arguments: [
            ("SELECT ?, ?", [1, 2]), ("SELECT ?2, ?1", [2, 1]), ("SELECT $2, $1, $2", [2, 1, 2]),
            ("SELECT ?1, ?, ?2", [1, 2, 2]),
            ("SELECT $10, $1, $2, $3, $4, $5, $6, $7, $8, $9", [10, 1, 2, 3, 4, 5, 6, 7, 8, 9]),
            ("SELECT :a, :b, :a", [1, 2, 1]), ("SELECT @x", [1]), ("SELECT '$1', $1 -- $2", nil as [Int64]?),
        ] as [(String, [Int64]?)]
    )
    func placeholders(sql: String, expected: [Int64]?) async throws {
        let values = (1...Int64(Set(expected ?? [1]).max() ?? 1)).map { Value.integer($0) }
        let row = try await run(BoundStatement(Statement(unsafeText: sql), values: values))[0].values
        if let expected {
            #expect(row == expected.map { .integer($0) })
        } else {
            #expect(row == ["$1", 1])
        }
    }

    @Test(
        "stores each value in the class that SQLite's documentation names",
        arguments: [
            (.null, "null", nil), (true, "integer", "1"), (-5, "integer", "-5"), (2.5, "real", "2.5"), ("", "text", ""),
            (.decimal(DecimalNumber(trusted: "12.50")), "text", "12.50"), (.bytes([]), "blob", ""),
            (.date(CalendarDate(daysSince1970: 0)), "text", "1970-01-01"),
            (.timestamp(Timestamp(microsecondsSince1970: 1)), "text", "1970-01-01 00:00:00.000001"),
            (.json("{}"), "text", "{}"),
            (
                .uuid(UUID(uuid: (171, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1))), "text",
                "ab000000-0000-0000-0000-000000000001"
            ),
            ([1, .null, true, 2.5, "q\"\\\n", ["x"]], "text", #"[1,null,1,2.5,"q\"\\\u000a",["x"]]"#),
        ] as [(Value, String, String?)]
    )
    func classes(value: Value, type: String, text: String?) async throws {
        let row = try await run("SELECT typeof(\(value)), CAST(\(value) AS TEXT)")[0]
        #expect(row[0] == .text(type))
        #expect(row[1] == text.map { .text($0) } ?? .null)
    }

    @Test(
        "refuses what would be stored as something else",
        arguments: [.double(.nan), [.double(.infinity)], [.bytes([1])], ["a\u{0}b"], [["\u{0}"]]] as [Value]
    )
    func refuses(value: Value) async throws {
        let error = await #expect(throws: EngineError.self) { try await run("SELECT \(value)") }
        #expect(error?.code == .invalidValue)
    }

    @Test("keeps text with a zero character whole")
    func zeroCharacter() async throws {
        let rows = try await run("SELECT \("a\0b")")
        #expect(rows[0][0] == "a\0b")
        #expect(rows.byteCount == 3)
    }

    @Test("says in its own words that a text holds several statements")
    func several() async throws {
        let error = await #expect(throws: EngineError.self) { try await run("SELECT 1; SELECT 2") }
        #expect(error?.code == .syntaxError)
        let message = try #require(error?.message)
        #expect(message.contains("several statements") && !message.contains("Database."), "\(message)")
    }

    @Test("binds three thousand values")
    func many() async throws {
        let places = (1...3_000).map { "$\($0)" }.joined(separator: ",")
        let statement = Statement(unsafeText: "SELECT sum(value) FROM json_each(json_array(\(places)))")
        // 127 arguments are a function's limit, so VALUES takes them.
        let rows = Statement(unsafeText: "SELECT count(*) FROM (VALUES (\(places.replacing(",", with: "),(")))) ")
        let values = (1...3_000).map { Value.integer($0) }
        let error = await #expect(throws: EngineError.self) { try await run(BoundStatement(statement, values: values)) }
        #expect(error?.code == .other)
        #expect(try await run(BoundStatement(rows, values: values))[0][0] == 3_000)
    }

    @Test("keeps statements apart whose texts look the same")
    func canonicalEquivalents() async throws {
        let file = try TemporaryDatabase()
        try await file.engine.withConnection(.readWrite) { connection in
            for _ in 0..<3 {
                for text in ["\u{E9}", "e\u{301}"] {
                    let rows = try await connection.run(BoundStatement(Statement(unsafeText: "SELECT '\(text)'")))
                    #expect(Array(try rows[0].decode(String.self, at: 0).utf8) == Array(text.utf8))
                }
            }
        }
    }

    private func run(_ statement: BoundStatement) async throws -> Rows {
        let file = try TemporaryDatabase()
        return try await file.engine.withConnection(.readWrite) { try await $0.run(statement) }
    }
}
