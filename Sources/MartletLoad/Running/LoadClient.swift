import MartletCore

/// One of those who put a load on a database, and how it gets its session.
enum LoadClient: Sendable {
    /// It keeps one.
    case keeping(any Connection)
    /// It asks for one for each run, as those who share a pool do.
    case borrowing(any Engine, Access)

    /// The session that it keeps.
    var session: (any Connection)? {
        if case .keeping(let connection) = self { connection } else { nil }
    }

    /// Lends a session to a run.
    func withConnection(_ body: (any Connection) async throws -> Void) async throws {
        switch self {
        case .keeping(let connection): try await body(connection)
        case .borrowing(let engine, let access): try await engine.withConnection(access, body)
        }
    }
}
