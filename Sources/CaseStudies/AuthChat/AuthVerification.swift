package import Foundation
package import MartletCore

/// Row 4c, whose token a request shows.
///
/// It is asked with every request. The expert's answer is kept nowhere, so a token that was revoked is refused from
/// the next request on, by every process; one look-up by a unique key costs less than that is worth.
package struct AuthVerification: Sendable {
    /// Who makes a request.
    package struct Caller: Sendable, Hashable {
        package let user: UUID
        package let roles: [String]
    }

    package init() {}

    /// The owner of a living access token; nil for any other.
    package func caller(
        showing token: AuthToken,
        at now: Timestamp,
        _ way: Way,
        on connection: any Connection
    ) async throws -> Caller? {
        let tables = AuthChatTables(connection.dialect)
        return switch way {
        case .before, .fair, .seed: try await oneByOne(token, now, tables, connection)
        case .expert: try await joining(token, now, tables, connection)
        }
    }

    /// Revokes a token; false if there is no such token, or it was revoked before.
    package func revoke(_ token: AuthToken, _ way: Way, on connection: any Connection) async throws -> Bool {
        let tables = AuthChatTables(connection.dialect)
        let rows =
            switch way {
            case .before, .fair, .seed:
                try await connection.run(
                    "UPDATE \(tables.tokens) SET revoked = true WHERE token = \(token.text) AND NOT revoked"
                )
            case .expert:
                try await connection.run(
                    "UPDATE \(tables.tokens) SET revoked = true WHERE token_hash = \(token.hash) AND NOT revoked"
                )
            }
        return rows.affectedRows == 1
    }

    /// The token with all its columns, then its owner with all of his; an index is all that the document adds.
    private func oneByOne(
        _ token: AuthToken,
        _ now: Timestamp,
        _ tables: AuthChatTables,
        _ connection: any Connection
    ) async throws -> Caller? {
        let tokens = try await connection.run("SELECT * FROM \(tables.tokens) WHERE token = \(token.text)")
        guard let row = tokens.first, try !row.decode(Bool.self, "revoked"),
            try row.decode(String.self, "type") == AuthTokenType.access.rawValue,
            try row.decode(Timestamp.self, "expires_at") > now
        else { return nil }
        let user = try row.decode(UUID.self, "user_id")
        let users = try await connection.run("SELECT * FROM \(tables.users) WHERE id = \(user)")
        return users.first.map { Caller(user: user, roles: AuthRoles(reading: $0["roles"]).names) }
    }

    private func joining(
        _ token: AuthToken,
        _ now: Timestamp,
        _ tables: AuthChatTables,
        _ connection: any Connection
    ) async throws -> Caller? {
        let rows = try await connection.run(
            """
            SELECT users.id, users.roles FROM \(tables.tokens) AS tokens
            JOIN \(tables.users) AS users ON users.id = tokens.user_id
            WHERE tokens.token_hash = \(token.hash) AND tokens.type = 'access' AND NOT tokens.revoked
              AND tokens.expires_at > \(now)
            """
        )
        return try rows.first.map { Caller(user: try $0.decode(at: 0), roles: AuthRoles(reading: $0[1]).names) }
    }
}
