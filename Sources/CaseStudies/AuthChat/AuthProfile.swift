package import Foundation
package import MartletCore

/// Row 4d: what a user sees of himself, read from the database.
package struct AuthProfile: Sendable, Hashable {
    package let name: String
    package let email: String
    package let roles: [String]
    /// Where he is signed in.
    package let activeSessions: Int

    /// Bytes of its texts.
    package var bytes: Int { roles.reduce(name.utf8.count + email.utf8.count) { $0 + $1.utf8.count } }

    /// The profile; nil if there is no such user.
    package static func read(
        of user: UUID,
        _ way: Way,
        on connection: any Connection
    ) async throws -> AuthProfile? {
        let tables = AuthChatTables(connection.dialect)
        switch way {
        case .before, .fair:
            guard let row = try await connection.run(userByID(user, tables)).first else { return nil }
            let sessions = try await connection.run("SELECT * FROM \(tables.sessions) WHERE user_id = \(user)")
            return try AuthProfile(row, activeSessions: sessions.count { try $0.decode(Bool.self, "is_active") })
        case .seed:
            let results = try await connection.runPipelined([
                userByID(user, tables),
                """
                SELECT * FROM \(tables.sessions) WHERE user_id = \(user) AND is_active = \(unsafeSQL: tables.isTrue)
                """,
            ])
            return try results[0].first.map { try AuthProfile($0, activeSessions: results[1].count) }
        case .expert:
            let rows = try await connection.run(
                """
                SELECT name, email, roles, (SELECT count(*) FROM \(tables.sessions) AS sessions
                                            WHERE sessions.user_id = users.id AND sessions.is_active) AS active_sessions
                FROM \(tables.users) AS users WHERE id = \(user)
                """
            )
            return try rows.first.map { try AuthProfile($0, activeSessions: try $0.decode(Int.self, at: 3)) }
        }
    }

    /// Gives a user another name; false if there is no such user.
    package static func rename(
        _ user: UUID,
        to name: String,
        at now: Timestamp,
        on connection: any Connection
    ) async throws -> Bool {
        let tables = AuthChatTables(connection.dialect)
        let rows = try await connection.run(
            "UPDATE \(tables.users) SET name = \(name), updated_at = \(now) WHERE id = \(user)"
        )
        return rows.affectedRows == 1
    }

    private init(_ user: Row, activeSessions: Int) throws {
        name = try user.decode(String?.self, "name") ?? ""
        email = try user.decode(String.self, "email")
        roles = AuthRoles(reading: user["roles"]).names
        self.activeSessions = activeSessions
    }

    private static func userByID(_ user: UUID, _ tables: AuthChatTables) -> BoundStatement {
        "SELECT * FROM \(tables.users) WHERE id = \(user)"
    }
}
