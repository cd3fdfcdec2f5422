import MartletCore

/// Expressions for the time as the database has it: one clock for all processes that use it.
enum DatabaseClock {
    /// The time of the statement, in the form in which columns hold timestamps.
    ///
    /// SQLite 3.40 knows milliseconds: https://www.sqlite.org/lang_datefunc.html
    static func timestamp(_ dialect: Dialect) -> String {
        switch dialect {
        case .postgres: "statement_timestamp()"
        case .sqlite: "strftime('%Y-%m-%d %H:%M:%f', 'now')"
        }
    }

    /// Microseconds since 1970, one value for all of a statement.
    static func microseconds(_ dialect: Dialect) -> String {
        switch dialect {
        case .postgres: "(extract(epoch FROM statement_timestamp()) * 1000000)::bigint"
        case .sqlite: "(CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000)"
        }
    }

    /// Microseconds since 1970 at the moment at which it is asked for, on PostgreSQL within a statement too.
    static func presentMicroseconds(_ dialect: Dialect) -> String {
        switch dialect {
        case .postgres: "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint"
        // A statement begins when it has the lock.
        case .sqlite: microseconds(dialect)
        }
    }
}
