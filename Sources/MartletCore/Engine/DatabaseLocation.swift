/// Where a database is, as a user writes it.
public enum DatabaseLocation: Sendable, Hashable {
    /// A libpq connection string or URL.
    case postgres(String)
    /// The path of an SQLite file.
    case sqlite(path: String)

    /// Tells by the form: `postgres://…`, `postgresql://…` and `key=value …` are PostgreSQL, all else is a path,
    /// with or without `sqlite:` or `file:` before it.
    ///
    /// Parameters behind a `?` of such a URL are left out: none of them says where the file is.
    public init(_ text: String) {
        if text.hasPrefix("postgres://") || text.hasPrefix("postgresql://") || Self.isConnectionString(text) {
            self = .postgres(text)
            return
        }
        for prefix in ["sqlite://", "sqlite:", "file://", "file:"] where text.hasPrefix(prefix) {
            self = .sqlite(path: String(text.dropFirst(prefix.count).prefix { $0 != "?" }))
            return
        }
        self = .sqlite(path: text)
    }

    /// Keywords of libpq that are enough to tell a connection string from the name of a file.
    private static let keywords: Set<Substring> = [
        "host", "hostaddr", "port", "dbname", "user", "password", "service", "sslmode", "options", "passfile",
        "connect_timeout", "application_name", "target_session_attrs",
    ]

    private static func isConnectionString(_ text: String) -> Bool {
        guard let equals = text.firstIndex(of: "=") else { return false }
        return keywords.contains(text[..<equals].trimmingSuffix(while: \.isWhitespace))
    }
}
