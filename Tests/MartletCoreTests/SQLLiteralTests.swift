import MartletCore
import Testing

@Suite("Constants")
struct SQLLiteralTests {
    @Test(
        "mean their text in both dialects, whatever stands behind a quote or a backslash",
        arguments: [
            ("", "''", "''"), ("plain", "'plain'", "'plain'"), ("it's", "'it''s'", "'it''s'"),
            ("'\u{301}x", "'''\u{301}x'", "'''\u{301}x'"), (#"a\b"#, #"E'a\\b'"#, #"'a\b'"#),
            ("\\\u{301}'", "E'\\\\\u{301}'''", "'\\\u{301}'''"),
            ("x'\u{200D}; --", "'x''\u{200D}; --'", "'x''\u{200D}; --'"),
        ]
    )
    func texts(_ text: String, _ onPostgres: String, _ onSQLite: String) {
        // By bytes: texts with other scalars may be equal.
        #expect(Array(SQLLiteral(text, dialect: .postgres).description.utf8) == Array(onPostgres.utf8))
        #expect(Array(SQLLiteral(text, dialect: .sqlite).description.utf8) == Array(onSQLite.utf8))
    }
}
