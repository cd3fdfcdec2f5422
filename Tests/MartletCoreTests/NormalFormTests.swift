import MartletCore
import Testing

@Suite("The normal form")
struct NormalFormTests {
    @Test(
        "reads well and has no values",
        arguments: [
            ("select  A,b from T where c=1 and D in (1,2,3) -- e", "SELECT a, b FROM t WHERE c = ? AND d IN (?)"),
            (
                "insert into t(a,b) values(1,'x'),(2,'y') returning id",
                "INSERT INTO t (a, b) VALUES (?, ?) RETURNING id"
            ),
            ("INSERT INTO s.t VALUES (1, now()), (2, now());", "INSERT INTO s.t VALUES (?, now())"),
            (#"SELECT "t"."createdAt", "user" FROM "t""#, #"SELECT t."createdAt", "user" FROM t"#),
            ("SELECT count ( * ) , a [ 1 ] , b :: text FROM t", "SELECT count(*), a[?], b::text FROM t"),
            ("SELECT - 1, a - 1, -b, a*-1", "SELECT ?, a - ?, - b, a * ?"),
            ("UPDATE t SET a = NULL, b = DEFAULT WHERE c IS NOT NULL", "UPDATE t SET a = ?, b = ? WHERE c IS NOT NULL"),
            ("SELECT a WHERE b = ANY('{1,2}'::int[]) AND NOT true", "SELECT a WHERE b = ANY (?) AND NOT ?"),
            ("SELECT data->>'a', data ? 'b', data @> '{}'", "SELECT data ->> ?, data ? ?, data @> ?"),
            ("SET search_path TO a, b", "SET search_path = ?"), ("SAVEPOINT s_17", "SAVEPOINT ?"),
            ("SELECT a; SELECT b;", "SELECT a; SELECT b"), ("SELECT (((1)))", "SELECT (((?)))"),
            ("SELECT a FROM (VALUES (1),(2)) AS v(a)", "SELECT a FROM (VALUES (?)) AS v(a)"),
            ("a IN (b, b, c)", "a IN (b, c)"), ("", ""), ("(", "("), ("'x", "?"),
        ]
    )
    func reads(_ statement: String, _ expected: String) {
        #expect(NormalForm(of: statement, dialect: .postgres).text == expected)
    }

    @Test("quotes names of SQLite as the standard does, where they need it")
    func quotesOnSQLite() {
        let form = NormalForm(of: "SELECT [Album Id], `Title`, [a\"b] FROM [Album]", dialect: .sqlite)
        #expect(form.text == #"SELECT "album id", title, "a""b" FROM album"#)
    }

    @Test("keeps tokens apart that would be another token together", arguments: Dialect.allCases)
    func tokensApart(dialect: Dialect) {
        for (left, right) in [("a : = b", "a := b"), ("a : : b", "a :: b")] {
            let (left, right) = (NormalForm(of: left, dialect: dialect), NormalForm(of: right, dialect: dialect))
            #expect((left.text == right.text) == (left.fingerprint == right.fingerprint))
        }
    }

    @Test("has no value of a SQLite statement that has strings in double quotes, if they look like no name")
    func hidesDoubleQuotedStrings() {
        let form = NormalForm(of: #"SELECT a WHERE b = "me@example.com" AND c = "cut off"#, dialect: .sqlite)
        #expect(form.text == "SELECT a WHERE b = ? AND c = ?")
    }

    /// Statements with a value in every place that a value can have.
    private static let places = [
        "SELECT @, a FROM t", "SELECT a FROM t WHERE b = @ AND c<@", "SELECT a WHERE b IN (@, @, c, @)",
        "SELECT f(@, a, @)",
        "INSERT INTO t (a, b) VALUES (@, @), (a, @), (@, DEFAULT) RETURNING @",
        "UPDATE t SET a = @, b=@ WHERE c BETWEEN @ AND @",
        "SELECT a LIKE @ ESCAPE @", "SELECT CASE a WHEN @ THEN @ ELSE @ END", "SELECT a FROM t LIMIT @ OFFSET @",
        "SELECT a FROM t FETCH FIRST @ ROWS ONLY", "SELECT a[@], ARRAY[@, @]", "SELECT a || @ || b",
        "SELECT @::text, CAST(@ AS text)",
        "SELECT date @, interval @ day", "SELECT a ORDER BY @ + b", "DELETE FROM t WHERE a = @ OR (b, c) = (@, @)",
        "SELECT a -> @ ->> @",
        "SELECT a AT TIME ZONE @", "CALL p(@, x => @)", "SET a = @", "SET LOCAL a.b TO @, @", "COMMENT ON TABLE t IS @",
        "NOTIFY c, @",
        "CREATE TABLE t (a int DEFAULT @ CHECK (a > @))", "ALTER ROLE r PASSWORD @",
        "CREATE USER u WITH PASSWORD @ VALID UNTIL @",
        "COPY t FROM @ WITH (DELIMITER @)", "EXECUTE p(@)", "EXPLAIN SELECT @", "PREPARE TRANSACTION @", "DO @",
        "SELECT @ @", "@",
        "SELECT a; SELECT @; @", "WITH c AS (SELECT @) SELECT @ FROM c", "SELECT a FROM t /* @ */ WHERE b = @ -- @",
        "PRAGMA key = @",
        "SELECT extract(year FROM @)", "SELECT a IS DISTINCT FROM @", "SELECT (SELECT @) + @", "ATTACH @ AS b",
        "SELECT a GLOB @",
    ]

    @Test("lets no value survive, whatever its syntax and wherever it stands", arguments: Dialect.allCases)
    func hidesValues(_ dialect: Dialect) {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("seed \(seed)")
        var random = SplitMix64(seed: seed)
        for _ in 0..<200 {
            // Brackets are quotes on SQLite, which has no arrays.
            for place in Self.places where dialect == .postgres || !place.contains("[") {
                var text = ""
                for character in place {
                    text += character == "@" ? Self.value(dialect, using: &random) : String(character)
                }
                let form = NormalForm(of: text, dialect: dialect).text
                #expect(!form.lowercased().contains("secret") && !form.contains("7"), "\(text) → \(form)")
            }
        }
    }

    /// A value that has either `secret` or the digit 7 in it, which no place has.
    private static func value(_ dialect: Dialect, using random: inout SplitMix64) -> String {
        let both = [
            "'secret'", "'it''s secret'", "''' secret'", "7", "-7", "+7", "7.7", ".7", "7e7", "7.7E-7", "0x7F", "7_7",
            "-.7e+7",
            "X'77'", "x'77'", "'secret\n'", "'-- secret'", "'/* secret'", "'é secret \u{1F600}'",
            "777777777777777777777",
        ]
        let postgres = [
            #"E'\'secret'"#, #"e'secret\\'"#, "$$secret$$", "$tag$secret $$ secret$tag$", "B'7'", "N'secret'",
            #"U&'\0073ecret'"#,
            "U&'!0073 secret' UESCAPE '!'", "'sec'\n'secret'", "0b7", "0o77", "'7'::int",
            "'secret'::character varying(7)",
            "'secret'::text[]",
        ]
        let values = dialect == .postgres ? both + postgres : both
        return " " + values[Int.random(in: 0..<values.count, using: &random)] + " "
    }
}
