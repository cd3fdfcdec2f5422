import MartletCore

/// How a column holds the instant at which a row expires.
public enum ExpiryFormat: Sendable, Hashable {
    /// `timestamptz` on PostgreSQL, where a `timestamp` is read in the session's time zone; text like
    /// `2026-01-31 12:00:00` in UTC on SQLite.
    case timestamp
    /// A number of seconds since 1970.
    case unixSeconds
    /// A number of milliseconds since 1970.
    case unixMilliseconds
    /// A number of microseconds since 1970.
    case unixMicroseconds

    /// A condition that holds once the column's instant has passed on the clock of the database.
    ///
    /// SQLite compares values of any types, and a number is less than any text: without a look at the type a column
    /// that holds another form would have all its rows taken for expired.
    func condition(_ column: Identifier, _ dialect: Dialect) -> String {
        let now: String
        switch self {
        case .timestamp: now = DatabaseClock.timestamp(dialect)
        case .unixSeconds: now = DatabaseClock.microseconds(dialect) + " / 1000000"
        case .unixMilliseconds: now = DatabaseClock.microseconds(dialect) + " / 1000"
        case .unixMicroseconds: now = DatabaseClock.microseconds(dialect)
        }
        let condition = "\(column.quoted) < \(now)"
        guard dialect == .sqlite else { return condition }
        let types = self == .timestamp ? "= 'text'" : "IN ('integer', 'real')"
        return "\(condition) AND typeof(\(column.quoted)) \(types)"
    }
}
