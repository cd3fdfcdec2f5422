/// A text as a constant in SQL, for files that people run and queries that take no parameters.
package struct SQLLiteral: CustomStringConvertible {
    package let description: String

    /// PostgreSQL reads a backslash in a plain constant as one only while `standard_conforming_strings` is on; in an
    /// E-constant it is always doubled.
    /// https://www.postgresql.org/docs/15/sql-syntax-lexical.html#SQL-SYNTAX-STRINGS-ESCAPE
    package init(_ text: String, dialect: Dialect) {
        let isEscaped = dialect == .postgres && text.unicodeScalars.contains("\\")
        var quoted = isEscaped ? "E'" : "'"
        // By scalars: a quote with a combining mark behind it is another character, and would end the text.
        for scalar in text.unicodeScalars {
            if scalar == "'" || isEscaped && scalar == "\\" { quoted.unicodeScalars.append(scalar) }
            quoted.unicodeScalars.append(scalar)
        }
        quoted.unicodeScalars.append("'")
        description = quoted
    }
}
