/// A text as a constant in SQL, for files that people run and queries that take no parameters.
package struct SQLLiteral: CustomStringConvertible {
    package let description: String

    /// PostgreSQL reads a backslash in a plain constant as one only while `standard_conforming_strings` is on; in an
    /// E-constant it is always doubled.
    /// https://www.postgresql.org/docs/15/sql-syntax-lexical.html#SQL-SYNTAX-STRINGS-ESCAPE
    package init(_ text: String, dialect: Dialect) {
        let doubled = text.replacing("'", with: "''")
        if dialect == .postgres, text.contains("\\") {
            description = "E'" + doubled.replacing("\\", with: "\\\\") + "'"
        } else {
            description = "'" + doubled + "'"
        }
    }
}
