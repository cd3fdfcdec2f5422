import MartletCore
import Testing

@Suite("The fingerprint")
struct FingerprintTests {
    @Test(
        "is the same for statements that differ in nothing that matters",
        arguments: [
            ["SELECT a FROM t WHERE b = 1", "select  A\nfrom T where B=2", "SELECT a FROM t WHERE b = 'x' -- c"],
            [
                "SELECT a FROM t WHERE b = $1", "SELECT a FROM t WHERE b = ?", "SELECT a FROM t WHERE b=:b",
                "SELECT a FROM t WHERE b = -1.5e3",
            ],
            [
                "SELECT a WHERE b IN (1,2,3)", "SELECT a WHERE b IN ($1)", "SELECT a WHERE b IN (?, ?)",
                "SELECT a WHERE b IN (NULL)", "SELECT a WHERE b IN ()",
            ],
            ["SELECT a WHERE (b, c) IN ((1,2),(3,4))", "SELECT a WHERE (b, c) IN ((?,?))"],
            ["SELECT a WHERE b IN ('x'::text, 'y'::text)", "SELECT a WHERE b IN ('z'::text)"],
            [
                "INSERT INTO t (a, b) VALUES (1, now())",
                "INSERT INTO t (a, b) VALUES (1, now()), (2, now()), (DEFAULT, now());",
            ],
            ["INSERT INTO t VALUES (1, 2) RETURNING id", "INSERT INTO t VALUES (1, 2), (3, true) RETURNING id"],
            [
                "INSERT INTO t VALUES (1) ON CONFLICT DO NOTHING",
                "INSERT INTO t VALUES (1), (2) ON CONFLICT DO NOTHING",
            ],
            ["SELECT a WHERE b = ANY('{1,2}')", "SELECT a WHERE b = ANY($1)"],
            ["SELECT a WHERE b = ANY(ARRAY[1,2])", "SELECT a WHERE b = any(array[1])"],
            ["SELECT ARRAY[[1,2],[3,4]]", "SELECT ARRAY[[1]]"],
            ["SELECT a WHERE b = ANY('{1,2}'::bigint[])", "SELECT a WHERE b = ANY ($1)"],
            [
                "SELECT a = 1 AND c", "SELECT a = $1::int AND c", "SELECT a = '1'::numeric(10, 2)::text AND c",
                "SELECT a = '1'::timestamp(3) with time zone AND c", "SELECT a = '1'::pg_catalog.int4[3][] AND c",
                #"SELECT a = NULL::"char" AND c"#, "SELECT a = '1'::double precision AND c",
            ],
            ["SELECT a; ", "SELECT a", ";SELECT a;;"],
            ["SELECT a FROM t LIMIT 10 OFFSET 20", "SELECT a FROM t LIMIT $1 OFFSET $2"],
            ["SELECT a != 1", "SELECT a <> 1"],
            [#"SELECT "a" FROM "t""#, "SELECT a FROM t", "SELECT A FROM T"],
            ["SAVEPOINT s1", #"SAVEPOINT "s2""#], ["RELEASE SAVEPOINT s1", "RELEASE SAVEPOINT s2"],
            ["SET search_path = a, b", "SET search_path TO 'c'"],
            ["SELECT a FROM (VALUES (1,2),(3,4)) AS v(x, y)", "SELECT a FROM (VALUES (5,6)) AS v(x, y)"],
            [
                "SELECT $$a$$", "SELECT 'a'", "SELECT E'a'", "SELECT U&'a'", "SELECT B'1'", "SELECT 'a'\n'b'",
                "SELECT NULL", "SELECT true",
            ],
        ]
    )
    func groups(_ statements: [String]) {
        let prints = statements.map { Fingerprint(of: $0, dialect: .postgres) }
        #expect(Set(prints).count == 1, "\(statements.map { NormalForm(of: $0, dialect: .postgres).text })")
    }

    @Test(
        "differs for statements that mean something else",
        arguments: [
            [
                "SELECT a FROM t", "SELECT b FROM t", "SELECT a FROM u", "SELECT a, b FROM t", "SELECT b, a FROM t",
                "SELECT a b FROM t",
            ],
            ["SELECT user", #"SELECT "user""#], [#"SELECT "createdAt""#, "SELECT createdAt", #"SELECT "CreatedAt""#],
            ["SELECT a IS NULL", "SELECT a IS NOT NULL", "SELECT a = NULL", "SELECT a IS TRUE"],
            ["SELECT f(1)", "SELECT f(1, 2)"], ["SELECT a::int", "SELECT a::text", "SELECT a", "SELECT 1"],
            ["SELECT (a), b", "SELECT (a, b)", "SELECT a, b"],
            ["SELECT a - 1", "SELECT a + 1", "SELECT a"], ["SELECT a -> 'b'", "SELECT a ->> 'b'", "SELECT a ? 'b'"],
            ["SELECT a; SELECT b", "SELECT a SELECT b"], ["SELECT a[1]", "SELECT a(1)", "SELECT a[1:2]"],
            ["INSERT INTO t VALUES (1, now())", "INSERT INTO t VALUES (1, 2)", "INSERT INTO t DEFAULT VALUES"],
            ["SELECT a WHERE b IN (SELECT 1)", "SELECT a WHERE b IN (1)", "SELECT a WHERE b NOT IN (1)"],
            ["SAVEPOINT a", "RELEASE a", "ROLLBACK TO a"], ["", "SELECT"], ["SELECT (", "SELECT )", "SELECT"],
        ]
    )
    func separates(_ statements: [String]) {
        let prints = statements.map { Fingerprint(of: $0, dialect: .postgres) }
        #expect(Set(prints).count == statements.count, "\(statements)")
    }

    @Test("takes a quoted name on SQLite for what it is without quotes and in any case")
    func foldsOnSQLite() {
        let statements = [
            "SELECT AlbumId FROM album", "SELECT [AlbumId] FROM `Album`", #"SELECT "albumid" FROM ALBUM"#,
        ]
        #expect(Set(statements.map { Fingerprint(of: $0, dialect: .sqlite) }).count == 1)
    }

    @Test("is the same from a string and from bytes")
    func takesBytes() {
        let text = "SELECT a FROM t WHERE b = 'é'"
        let bytes = Array(text.utf8)
        let expected = Fingerprint(of: text, dialect: .postgres)
        #expect(Fingerprint(ofUTF8: bytes.span, dialect: .postgres) == expected)
        #expect(bytes.withUnsafeBytes { Fingerprint(ofUTF8: $0, dialect: .postgres) } == expected)
        #expect(NormalForm(of: text, dialect: .postgres).fingerprint == expected)
    }

    @Test(
        "does not change from one version to the next, since workload files keep it",
        arguments: [
            ("SELECT id FROM users WHERE email = 'a' AND age IN (1, 2)", "b6cf1d6ddee700b0"),
            (#"INSERT INTO "Post" (title) VALUES ('a'), ('b') RETURNING id"#, "ac36b2dcbb3105f9"),
            ("", "6532e3d14bc875f0"),
        ]
    )
    func staysTheSame(_ statement: String, _ expected: String) {
        #expect(Fingerprint(of: statement, dialect: .postgres).description == expected)
    }

    @Test("holds parentheses nested beyond any use")
    func nestsDeeply() {
        let open = String(repeating: "(", count: 10_000)
        let close = String(repeating: ")", count: 10_000)
        let deep = Fingerprint(of: "SELECT " + open + "1" + close, dialect: .postgres)
        #expect(deep == Fingerprint(of: "SELECT " + open + "2" + close, dialect: .postgres))
        #expect(deep != Fingerprint(of: "SELECT " + open + "1" + close.dropLast(), dialect: .postgres))
    }
}
