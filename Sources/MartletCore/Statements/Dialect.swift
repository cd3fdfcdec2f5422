/// The SQL that a database speaks.
public enum Dialect: String, Sendable, Hashable, CaseIterable, Codable {
    /// PostgreSQL.
    case postgres
    /// SQLite.
    case sqlite
}
