import MartletCore
import Testing

@testable import MartletAdvisor

@Suite("Conditions as databases print them")
struct SQLConditionTests {
    static let columns = ["id", "status", "deleted_at", "is_current", "receiver_id", "Mixed Case"]

    @Test(
        "are taken apart",
        arguments: [
            ("(status = 'unread'::text)", [SQLCondition.Part.equals(column: "status", value: "'unread'")]),
            ("((status)::text = 'unread'::character varying(20))", [.equals(column: "status", value: "'unread'")]),
            ("status='unread'", [.equals(column: "status", value: "'unread'")]),
            ("is_current", [.equals(column: "is_current", value: "true")]),
            ("(NOT is_current)", [.equals(column: "is_current", value: "false")]),
            ("is_current IS TRUE", [.equals(column: "is_current", value: "true")]),
            ("(is_current = 1)", [.equals(column: "is_current", value: "1")]),
            ("(deleted_at IS NULL)", [.equals(column: "deleted_at", value: "null")]),
            ("(deleted_at IS NOT NULL)", [.isNotNull(column: "deleted_at")]),
            (
                "((status = 'a''b'::text) AND (deleted_at IS NULL))",
                [.equals(column: "status", value: "'a''b'"), .equals(column: "deleted_at", value: "null")]
            ),
            ("(\"Mixed Case\" = 5)", [.equals(column: "Mixed Case", value: "5")]),
            ("(m.receiver_id = $1)", [.equals(column: "receiver_id", value: "$1")]),
            ("(id > '2024-01-01 00:00:00+00'::timestamp with time zone)", [.range(column: "id")]),
            ("CHECK ((status = ANY (ARRAY['a'::text, 'b'::text, 'c'::text])))", nil),
            ("(status = ANY (ARRAY['a'::text, 'b'::text, 'c'::text]))", [.isOneOf(column: "status", count: 3)]),
            (
                "((status)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[]))",
                [.isOneOf(column: "status", count: 2)]
            ),
            ("STATUS IN ('a','b')", [.isOneOf(column: "status", count: 2)]),
            ("((status = 'a'::text) OR (id = 1))", nil),
            ("(lower(status) = 'a'::text)", nil),
            ("(id = receiver_id)", nil),
            ("(NOT (id > 1))", nil),
            ("(status <> 'a'::text)", nil),
            ("(nothing = 1)", nil),
        ] as [(String, [SQLCondition.Part]?)]
    )
    func parts(text: String, expected: [SQLCondition.Part]?) {
        let parts = SQLCondition(text, columns: Self.columns).parts
        if let expected {
            #expect(parts == expected)
        } else {
            #expect(parts.count == 1)
            guard case .other = parts.first else {
                Issue.record("\(text) was taken for \(parts)")
                return
            }
        }
    }

    @Test("keep BETWEEN in one piece")
    func between() {
        let condition = SQLCondition("id BETWEEN 1 AND 5 AND status = 'x'", columns: Self.columns)
        #expect(condition.parts.count == 2)
        #expect(condition.constants == ["status": "'x'"])
    }

    @Test("never trip over what is no condition at all")
    func anyBytes() {
        var generator = SystemRandomNumberGenerator()
        let seed = UInt64.random(in: .min ... .max, using: &generator)
        var random = SplitMix64(seed: seed)
        let pieces = [
            "(", ")", "and", "or", "not", "is", "null", "=", "::", "[", "]", ",", "'", "\"", "in", "any", "id",
            "status", ".", "$1", "array", "--", "/*", ":", "between", "<",
        ]
        for _ in 0..<2_000 {
            let text = (0..<Int.random(in: 0...12, using: &random))
                .map { _ in pieces.randomElement(using: &random) ?? "" }
            let condition = SQLCondition(text.joined(separator: " "), columns: Self.columns)
            #expect(condition.parts.count <= 12, "seed \(seed): \(text)")
        }
    }
}
