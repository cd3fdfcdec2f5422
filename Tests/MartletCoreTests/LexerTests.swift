import MartletCore
import Testing

/// Tokens of a text with their bytes, white space left out.
private func tokens(_ text: String, _ dialect: Dialect) -> [String] {
    var text = text
    return text.withUTF8 { bytes in
        var lexer = Lexer(UnsafeRawBufferPointer(bytes), dialect: dialect)
        var tokens: [String] = []
        while let token = lexer.nextSignificant() {
            tokens.append("\(token.kind) \(String(decoding: lexer.text(of: token), as: UTF8.self))")
        }
        return tokens
    }
}

@Suite("The lexer")
struct LexerTests {
    @Test(
        "reads a string of any syntax as one token",
        arguments: [
            ("'it''s'", Dialect.postgres), ("'it''s'", .sqlite), (#"E'a\'b'"#, .postgres), (#"e'\\'"#, .postgres),
            ("$$a;b'c$$", .postgres), ("$fn$ $$ $fn$", .postgres), ("$é$x$é$", .postgres), ("$a$ $ab$ $a$", .postgres),
            (#"U&'d\0061t'"#, .postgres), ("B'101'", .postgres), ("X'1F'", .postgres), ("x'1f'", .sqlite),
            ("N'n'", .postgres), ("'a -- b /* c'", .postgres), (#"'a\'"#, .postgres), (#"'a\'"#, .sqlite),
            ("'without end", .postgres), ("$$without end", .postgres), ("\"without end", .sqlite), ("'", .sqlite),
            ("E'\\", .postgres),
        ]
    )
    func readsStrings(_ text: String, _ dialect: Dialect) {
        #expect(tokens(text, dialect) == ["string \(text)"])
    }

    @Test(
        "reads a number of any syntax as one token",
        arguments: [
            "1", "1.5", ".5", "1.", "1e10", "1E-10", "1.5e+3", "1_000", "0x1F", "0b101", "0o17", ".5e-3", "12ab",
        ]
    )
    func readsNumbers(_ text: String) {
        #expect(tokens(text, .postgres) == ["number \(text)"])
        #expect(tokens(text, .sqlite) == ["number \(text)"])
    }

    @Test("tells a fraction from a range and a column from a number")
    func readsDots() {
        #expect(tokens("1..10", .postgres) == ["number 1", "operator ..", "number 10"])
        #expect(tokens("t1.a", .postgres) == ["word t1", "dot .", "word a"])
        #expect(tokens("0x1e-5", .postgres) == ["number 0x1e", "operator -", "number 5"])
    }

    @Test(
        "reads a placeholder where an operand is due on PostgreSQL",
        arguments: [
            "a = ?", "a=?", "a>=?", "f(?, ?)", "WHERE ?", "data -> ?", "data->?", "data->>?", "x || ?", "LIMIT ?",
            "FETCH FIRST ? ROWS", "AT TIME ZONE ?", "a = $1", "a=$1", "a = :id", "a=:id", "a = @id", "a=@id",
            "a = %s", "a=%s", "a = %(id)s", "a=%(id)s", "LIKE :pattern", "a <@ ?", "BETWEEN ? AND ?", "a @? ?", "(?1)",
        ]
    )
    func readsPlaceholders(_ text: String) {
        let read = tokens(text, .postgres)
        #expect(read.contains { $0.hasPrefix("parameter") }, "\(read)")
    }

    @Test(
        "reads PostgreSQL's operators with a question mark as operators",
        arguments: [
            ("a ? 'k'", "?"), ("a ?| b", "?|"), ("a ?& b", "?&"), ("a -> 'b' ? 'c'", "?"), ("(a) ?| b", "?|"),
            ("a @? '$.b'", "@?"), ("$1 ? 'k'", "?"), ("\"a\" ? 'k'", "?"),
        ]
    )
    func readsQuestionOperators(_ text: String, _ name: String) {
        let read = tokens(text, .postgres)
        #expect(read.contains("operator \(name)"), "\(read)")
        #expect(!read.contains("parameter ?"), "\(read)")
    }

    @Test(
        "ends an operator where PostgreSQL does",
        arguments: [
            ("a=-1", ["word a", "operator =", "operator -", "number 1"]),
            ("a@-1", ["word a", "operator @-", "number 1"]),
            ("a+--b", ["word a", "operator +"]), ("a*/*b*/c", ["word a", "operator *", "word c"]),
            ("a#>>'{b}'", ["word a", "operator #>>", "string '{b}'"]), ("a::int", ["word a", "cast ::", "word int"]),
            ("a:=1", ["word a", "operator :=", "number 1"]), ("a<>b", ["word a", "operator <>", "word b"]),
        ]
    )
    func readsOperators(_ text: String, _ expected: [String]) {
        #expect(tokens(text, .postgres) == expected)
    }

    @Test("does not take the bounds of an array's slice for placeholders")
    func readsSlices() {
        #expect(tokens("a[1:2]", .postgres).contains("colon :"))
        for text in ["a[1:2]", "a[i:j]", "a[:2]", "a[1:]", "a[:]", "a[:n]"] {
            #expect(!tokens(text, .postgres).contains { $0.hasPrefix("parameter") }, "\(text)")
        }
        #expect(tokens("a[1:$2]", .postgres).contains("parameter $2"))
    }

    @Test("reads SQLite's placeholders and quotes")
    func readsSQLite() {
        let read = tokens("[a b].`c` = ?1 OR d==:name AND e<-@x AND f != $y", .sqlite)
        #expect(
            read == [
                "quotedName [a b]", "dot .", "quotedName `c`", "operator =", "parameter ?1", "word OR", "word d",
                "operator ==", "parameter :name", "word AND", "word e", "operator <", "operator -", "parameter @x",
                "word AND", "word f", "operator !=", "parameter $y",
            ]
        )
    }

    @Test("nests comments on PostgreSQL and not on SQLite")
    func readsComments() {
        #expect(tokens("a /* b /* c */ d */ e", .postgres) == ["word a", "word e"])
        #expect(tokens("a /* b /* c */ d", .sqlite) == ["word a", "word d"])
        #expect(tokens("a -- b\n c", .postgres) == ["word a", "word c"])
        #expect(tokens("a -- b", .sqlite) == ["word a"])
        #expect(tokens("a /* b", .postgres) == ["word a"])
    }
}
