/// How PostgreSQL's COPY writes rows: https://www.postgresql.org/docs/15/sql-copy.html.
public enum CopyFormat: Sendable, Hashable {
    /// Columns between tabs, NULL as `\N`.
    case text
    /// Comma-separated values, with the names of the columns in the first line where asked for.
    case csv(header: Bool = true)
    /// The server's own binary form, for another PostgreSQL to read.
    case binary
}
