import Testing

@testable import MartletCore

@Suite("Words of SQL")
struct SQLWordTests {
    @Test(
        "each word is of its kind, and quotes around names are off",
        arguments: [
            (#"Select "a""b" FROM "É".É"#, "name select, quotedName a\"b, name from, quotedName É, symbol ., name É"),
            ("-- no\na/* ; */;b", "name a, symbol ;, name b"),
            ("x = ';''' OR y", "name x, symbol =, literal ';''', name or, name y"),
        ]
    )
    func both(sql: String, expected: String) {
        #expect(Self.list(sql, .postgres) == expected)
        #expect(Self.list(sql, .sqlite) == expected)
    }

    @Test(
        "quotes mean what they mean to the dialect",
        arguments: [
            ("[x]", "symbol [, name x, symbol ]", "quotedName x"),
            ("`a``b`", "symbol `, name a, symbol ``, name b, symbol `", "quotedName a`b"),
            (
                "$t$;$t$ $1", "literal $t$;$t$, placeholder $1",
                "placeholder $t$, symbol ;, placeholder $t$, placeholder $1"
            ),
            (#"E'\';'"#, #"literal E'\';'"#, #"name e, literal '\', symbol ;, literal '"#),
            (#"U&"a""#, #"symbol U&"a""#, "name u, symbol &, quotedName a"),
            (#""it's, x""#, "quotedName it's, x", "quotedName it's, x"),
            (#""no end"""#, #"literal "no end"""#, #"literal "no end"""#),
            ("/* /* ; */ a", "", "name a"),
        ]
    )
    func quotes(sql: String, postgres: String, sqlite: String) {
        #expect(Self.list(sql, .postgres) == postgres)
        #expect(Self.list(sql, .sqlite) == sqlite)
    }

    @Test("the text between two words is as written")
    func text() {
        let text = SQLWords("é ( A,\n\"b\" /* c */ )", dialect: .sqlite)
        #expect(text.text(from: 1, to: text.words.count) == "( A,\n\"b\" /* c */ )")
        #expect(text.text(from: 2, to: 5) == "A,\n\"b\"")
        #expect(text.text(from: 2, to: 2) == "")
    }

    @Test("a parenthesis closes where it does, and commas within it part nothing")
    func parentheses() {
        let words = SQLWord.words(of: "f(a, g(b, ')')), c", dialect: .sqlite)
        #expect(words.closing(1) == 10)
        #expect(words[..<9].closing(1) == nil)
        #expect(words.splitAtCommas().map(\.count) == [11, 1])
    }

    private static func list(_ sql: String, _ dialect: Dialect) -> String {
        SQLWord.words(of: sql, dialect: dialect).map { "\($0.kind) \($0.text)" }.joined(separator: ", ")
    }
}
