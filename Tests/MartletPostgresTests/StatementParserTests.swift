@testable import MartletPostgres
import Testing

@Suite("The shape of a statement")
struct StatementParserTests {
    private func column(_ name: String, _ table: Int? = 0) -> StatementShape.Column {
        StatementShape.Column(table: table, name: name)
    }

    @Test("tells equality, range, order and limit of a page")
    func page() throws {
        let shape = try StatementParser.shape(
            of: """
                SELECT id, body FROM public.messages m WHERE chat_id = $1 AND deleted_at IS NULL
                AND created_at < $2 ORDER BY created_at DESC, id DESC NULLS LAST LIMIT 50
                """
        )
        #expect(shape.kind == .select)
        #expect(shape.tables == [.init(schema: "public", name: "messages", alias: "m")])
        #expect(shape.equalityColumns(ofTable: 0) == ["chat_id", "deleted_at"])
        #expect(shape.rangeColumns(ofTable: 0) == ["created_at"])
        #expect(
            shape.order == [
                .init(column: column("created_at"), isDescending: true, nullsFirst: nil),
                .init(column: column("id"), isDescending: true, nullsFirst: false),
            ]
        )
        #expect(shape.hasLimit && !shape.hasOffset && !shape.isAggregate && !shape.selectsAll)
        #expect(!shape.hasDisjunction && !shape.hasComputedOrder)
    }

    @Test(
        "tells how a column is compared",
        arguments: [
            ("a = 1", StatementShape.Comparison.equal, false), ("1 = a", .equal, false), ("a", .equal, false),
            ("NOT a", .equal, false), ("a IS TRUE", .equal, false), ("a IS NOT DISTINCT FROM 1", .equal, false),
            ("a IN (1, $2)", .list, false), ("a = ANY ($1)", .list, false), ("a IN (SELECT 1)", .list, false),
            ("a NOT IN (1)", .other, false), ("a > 1", .range, false), ("1 >= a", .range, false),
            ("a BETWEEN 1 AND 2", .range, false), ("a NOT BETWEEN 1 AND 2", .other, false),
            ("a IS NULL", .isNull, false), ("a IS NOT NULL", .isNotNull, false), ("a LIKE 'x%'", .pattern, false),
            ("a ~ 'x'", .pattern, false), ("a <> 1", .other, false), ("a @> $1", .other, false),
            ("lower(a) = 'x'", .equal, true), ("a::date = $1", .equal, true), ("a + 1 > $1", .range, true),
            ("a = lower($1)", .equal, false), ("a > now() - interval '1 day'", .range, false),
            ("a = $1::uuid", .equal, false), ("a = (SELECT max(b) FROM u)", .equal, false),
        ]
    )
    func comparisons(condition: String, comparison: StatementShape.Comparison, isWrapped: Bool) throws {
        let shape = try StatementParser.shape(of: "SELECT 1 FROM t WHERE \(condition)")
        #expect(shape.predicates == [.init(column: column("a"), comparison: comparison, isWrapped: isWrapped)])
        #expect(
            shape.equalityColumns(ofTable: 0).isEmpty
                == (isWrapped || [.range, .other, .pattern, .isNotNull].contains(comparison))
        )
    }

    @Test("compares rows column by column, as keyset pages do")
    func rows() throws {
        let shape = try StatementParser.shape(of: "SELECT 1 FROM t WHERE x = 1 AND (a, b) < ($1, $2)")
        #expect(shape.rangeColumns(ofTable: 0) == ["a", "b"])
    }

    @Test("leaves out what stands below OR, and says so")
    func disjunction() throws {
        let shape = try StatementParser.shape(
            of: "SELECT 1 FROM t WHERE c = 1 AND ((a = 1 AND b = 2) OR (a = 2 AND b = 1))"
        )
        #expect(shape.predicates.map(\.column.name) == ["c"])
        #expect(shape.hasDisjunction)
    }

    @Test("tells joins, of ON, WHERE and USING, and whose columns are whose")
    func joins() throws {
        let shape = try StatementParser.shape(
            of: """
                SELECT c.*, s.plan_id FROM user_credits c LEFT JOIN subscriptions s ON s.user_id = c.user_id
                AND s.status = 'active' JOIN plans USING (plan_id), extra e WHERE c.user_id = $1 AND e.id = plans.id
                AND balance > 0 ORDER BY s.created_at DESC LIMIT 1
                """
        )
        #expect(shape.tables.map(\.name) == ["user_credits", "subscriptions", "plans", "extra"])
        #expect(shape.equalityColumns(ofTable: 0) == ["user_id"])
        #expect(shape.equalityColumns(ofTable: 1) == ["user_id", "status", "plan_id"])
        #expect(shape.equalityColumns(ofTable: 2) == ["plan_id", "id"])
        #expect(
            shape.predicates.contains(
                .init(column: column("id", 3), comparison: .join(column("id", 2)), isWrapped: false)
            )
        )
        #expect(shape.order == [.init(column: column("created_at", 1), isDescending: true, nullsFirst: nil)])
        #expect(shape.selectsAll)
        #expect(shape.predicates.last?.column == column("balance", nil))
        let resolved = shape.resolved { ["user_credits": ["balance"], "plans": ["id"]][$0.name] }
        #expect(resolved.predicates.last?.column == column("balance", 0))
        let ambiguous = shape.resolved { _ in ["balance"] }
        #expect(ambiguous.predicates.last?.column == column("balance", nil))
    }

    @Test("looks into subqueries, and keeps WITH queries and subqueries apart from tables")
    func subqueries() throws {
        let shape = try StatementParser.shape(
            of: """
                WITH recent AS (SELECT user_id FROM logins WHERE at > $1)
                SELECT u.id, (SELECT count(*) FROM posts p WHERE p.user_id = u.id) FROM users u
                JOIN recent ON recent.user_id = u.id JOIN (SELECT id FROM teams WHERE open) x ON x.id = u.team_id
                WHERE u.id IN (SELECT user_id FROM members WHERE team_id = $2)
                AND EXISTS (SELECT 1 FROM bans WHERE bans.user_id = u.id)
                """
        )
        #expect(shape.tables.map(\.name) == ["logins", "users", "teams", "members", "bans", "posts"])
        #expect(shape.rangeColumns(ofTable: 0) == ["at"])
        #expect(shape.equalityColumns(ofTable: 2) == ["open"])
        #expect(shape.equalityColumns(ofTable: 3) == ["team_id"])
        #expect(shape.equalityColumns(ofTable: 4) == ["user_id"])
        #expect(shape.equalityColumns(ofTable: 5) == ["user_id"])
        #expect(!shape.isAggregate, "only the subquery counts")
    }

    @Test(
        "tells writes",
        arguments: [
            ("INSERT INTO t (a) VALUES ($1) RETURNING *", StatementShape.Kind.insert, ["t"], [String](), true),
            ("INSERT INTO t SELECT * FROM u WHERE x = 1", .insert, ["t", "u"], [], false),
            (
                "UPDATE t SET a = 1, b = b + 1 FROM u WHERE t.id = u.id AND u.x = $1", .update, ["t", "u"], ["a", "b"],
                false
            ),
            ("DELETE FROM t USING u WHERE t.id = u.id", .delete, ["t", "u"], [], false),
            ("VACUUM t", .other, [], [], false), ("SELECT 1; SELECT 2", .other, [], [], false),
            ("", .other, [], [], false),
        ]
    )
    func writes(
        text: String,
        kind: StatementShape.Kind,
        tables: [String],
        assigned: [String],
        selectsAll: Bool
    ) throws {
        let shape = try StatementParser.shape(of: text)
        #expect(shape.kind == kind)
        #expect(shape.tables.map(\.name) == tables)
        #expect(shape.assignedColumns == assigned)
        #expect(shape.selectsAll == selectsAll)
    }

    @Test(
        "tells aggregates, groups and computed order",
        arguments: [
            ("SELECT count(*) FROM t", true, [String](), false),
            ("SELECT coalesce(sum(x), 0) FROM t", true, [], false),
            ("SELECT kind FROM t GROUP BY kind ORDER BY kind", true, ["kind"], false),
            ("SELECT row_number() OVER (PARTITION BY a), sum(x) OVER () FROM t", false, [], false),
            ("SELECT a FROM t ORDER BY lower(a)", false, [], true),
            ("SELECT lower(a) AS a FROM t ORDER BY a", false, [], true),
            ("SELECT b AS a FROM t ORDER BY a", false, [], false),
            ("SELECT a FROM t ORDER BY 1", false, [], true),
        ]
    )
    func aggregates(text: String, isAggregate: Bool, groups: [String], hasComputedOrder: Bool) throws {
        let shape = try StatementParser.shape(of: text)
        #expect(shape.isAggregate == isAggregate)
        #expect(shape.groups.map(\.name) == groups)
        #expect(shape.hasComputedOrder == hasComputedOrder)
    }

    @Test("keeps names as they are written")
    func names() throws {
        let shape = try StatementParser.shape(
            of: #"SELECT * FROM "Odd ""one\"."Täble 𝄞" WHERE "a\b" = 1 AND Upper = 2"#
        )
        #expect(shape.tables == [.init(schema: #"Odd "one\"#, name: "Täble 𝄞", alias: nil)])
        #expect(shape.equalityColumns(ofTable: 0) == [#"a\b"#, "upper"])
    }

    @Test("says where the parser stopped")
    func failures() {
        #expect(throws: StatementParser.Failure(description: "syntax error at or near \"FORM\"", position: 10)) {
            try StatementParser.shape(of: "SELECT * FORM t")
        }
        #expect(throws: StatementParser.Failure.self) { try StatementParser.shape(of: "SELECT * FROM t WHERE a = ?") }
    }

    @Test("of a very long list is read without harm")
    func long() throws {
        let list = (1...20_000).map(String.init).joined(separator: ",")
        let shape = try StatementParser.shape(of: "SELECT * FROM t WHERE a IN (\(list)) AND b = 1")
        #expect(shape.equalityColumns(ofTable: 0) == ["a", "b"])
        let nested = String(repeating: "(", count: 500) + "a = 1" + String(repeating: ")", count: 500)
        #expect(try StatementParser.shape(of: "SELECT * FROM t WHERE \(nested)").predicates.count == 1)
    }

    @Test(
        "JSON that is none is refused",
        arguments: ["", "{", "]", "{\"a\"}", "{\"a\":}", "{1:2}", "\"a", "{\"a\":1}{}", "[,]x"]
    )
    func arena(text: String) {
        #expect(JSONArena(Array(text.utf8)) == nil)
    }

    @Test("JSON is read with its escapes")
    func escapes() throws {
        let text = #"{"a": [1, {"b": "x\n\"\\\u00e9\ud834\udd1e/"}], "c": true}"#
        let arena = try #require(JSONArena(Array(text.utf8)))
        let elements = arena.elements(of: arena.member("a", of: arena.root))
        #expect(elements.count == 2)
        #expect(arena.string(arena.member("b", of: elements[1])) == "x\n\"\\é𝄞/")
        #expect(arena.string(arena.member("c", of: arena.root)) == nil)
        #expect(arena.member("b", of: arena.root) == nil)
    }
}
