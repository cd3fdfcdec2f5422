public import MartletCore

/// How rows are written.
public enum ExportFormat: Sendable, Hashable {
    /// Comma-separated values as of RFC 4180, with the names of the columns in the first line where asked for.
    ///
    /// NULL is nothing between two commas, an empty text is `""`; bytes are `\x` and hexadecimal digits. PostgreSQL's
    /// COPY with `FORMAT csv` reads it back as it was.
    case csv(header: Bool = true)
    /// One JSON object for each row, on a line of its own, with the names of the columns.
    ///
    /// Numbers keep all their digits; NaN and infinities are texts; instants are ISO 8601 in UTC; bytes are `\x` and
    /// hexadecimal digits.
    case jsonLines
    /// As PostgreSQL itself writes them, by COPY: several times faster than the others, as no row is read here.
    ///
    /// Values are in the notation of the session: its `TimeZone`, `DateStyle` and `bytea_output`. SQLite says
    /// `.unsupported`.
    case copy(CopyFormat)
}
