import Foundation
package import MartletCore

/// Rows 4b and 4f: a user comes back.
package struct AuthLogin: Sendable {
    private let hasher: PasswordHasher

    package init(hasher: PasswordHasher) {
        self.hasher = hasher
    }

    /// Lets a user in; nil if there is no such user or the password is wrong.
    package func login(
        email: String,
        password: String,
        at now: Timestamp,
        _ way: Way,
        on connection: any Connection
    ) async throws -> AuthSignIn? {
        let tables = AuthChatTables(connection.dialect)
        return switch way {
        case .before, .fair: try await oneByOne(email, password, now, tables, connection)
        case .seed: try await together(email, password, now, tables, connection)
        case .expert: try await writingOnce(email, password, now, tables, connection)
        }
    }

    /// Seven statements, each waiting for the one before.
    ///
    /// Who has no account learns it at once.
    private func oneByOne(
        _ email: String,
        _ password: String,
        _ now: Timestamp,
        _ tables: AuthChatTables,
        _ connection: any Connection
    ) async throws -> AuthSignIn? {
        guard let user = try await checkedUser(email, password, tables, connection) else { return nil }
        try await connection.run("DELETE FROM \(tables.tokens) WHERE user_id = \(user) AND expires_at < \(now)")
        let (session, grants) = (UUID(), AuthGrant.pair(at: now))
        try await connection.run(tables.sessionInsertion(session, of: user, at: now))
        for grant in grants { try await connection.run(grant.insertion(for: user, at: now, tables)) }
        try await connection.run("UPDATE \(tables.users) SET last_login_at = \(now) WHERE id = \(user)")
        try await connection.run("SELECT * FROM \(tables.users) WHERE id = \(user)")
        return AuthSignIn(user: user, session: session, grants: grants)
    }

    /// The document's way: what follows the check runs side by side, and nobody waits for the clean-up.
    private func together(
        _ email: String,
        _ password: String,
        _ now: Timestamp,
        _ tables: AuthChatTables,
        _ connection: any Connection
    ) async throws -> AuthSignIn? {
        guard let user = try await checkedUser(email, password, tables, connection) else { return nil }
        let (session, grants) = (UUID(), AuthGrant.pair(at: now))
        try await connection.runPipelined(
            [tables.sessionInsertion(session, of: user, at: now)]
                + grants.map { $0.insertion(for: user, at: now, tables) }
                + ["UPDATE \(tables.users) SET last_login_at = \(now) WHERE id = \(user)"]
        )
        return AuthSignIn(user: user, session: session, grants: grants)
    }

    /// Reads what the check needs, and writes all that follows at once.
    ///
    /// The password is checked for an unknown address as long as for any other.
    /// A hash of less work than is asked for now is replaced, now that the password is at hand.
    private func writingOnce(
        _ email: String,
        _ password: String,
        _ now: Timestamp,
        _ tables: AuthChatTables,
        _ connection: any Connection
    ) async throws -> AuthSignIn? {
        let rows = try await connection.run(
            "SELECT id, password_hash FROM \(tables.users) WHERE lower(email) = lower(\(email))"
        )
        let hash = try rows.first?.decode(String.self, at: 1)
        let isRight = try await hasher.verify(password, against: hash)
        guard let hash, isRight, let user = try rows.first?.decode(UUID.self, at: 0) else { return nil }
        let newHash = hasher.needsRehash(hash) ? try await hasher.hash(password) : nil
        let (session, grants) = (UUID(), AuthGrant.pair(at: now))
        let write = Write(user: user, hash: hash, newHash: newHash, session: session, grants: grants, now: now)
        let added =
            switch connection.dialect {
            case .postgres: try await connection.run(write.statement(tables)).affectedRows
            case .sqlite: try await connection.runPipelined(write.statements(tables))[2].affectedRows
            }
        // Somebody changed the password or removed the account while this one was checked.
        guard added == grants.count else { return nil }
        return AuthSignIn(user: user, session: session, grants: grants)
    }

    private func checkedUser(
        _ email: String,
        _ password: String,
        _ tables: AuthChatTables,
        _ connection: any Connection
    ) async throws -> UUID? {
        let users = try await connection.run("SELECT * FROM \(tables.users) WHERE email = \(email)")
        guard let user = users.first else { return nil }
        let hash = try user.decode(String.self, "password_hash")
        guard try await hasher.verify(password, against: hash) else { return nil }
        return try user.decode(UUID.self, "id")
    }

    /// All that a login changes.
    ///
    /// Each part acts only if the one before did.
    private struct Write {
        let user: UUID
        /// What was checked, and must still be there.
        let hash: String
        let newHash: String?
        let session: UUID
        let grants: [AuthGrant]
        let now: Timestamp

        func statement(_ tables: AuthChatTables) -> BoundStatement {
            """
            WITH login AS (
              UPDATE \(tables.users)
              SET last_login_at = \(now), password_hash = coalesce(\(newHash)::text, password_hash)
              WHERE id = \(user) AND password_hash = \(hash) RETURNING id
            ), session AS (
              INSERT INTO \(tables.sessions) (id, user_id, created_at, last_activity_at)
              SELECT \(session)::uuid, login.id, \(now)::timestamptz, \(now)::timestamptz FROM login RETURNING id
            )
            INSERT INTO \(tables.tokens) (id, user_id, type, token_hash, expires_at, family_id, created_at)
            SELECT given.id, login.id, given.type, given.hash, given.expires_at, session.id, \(now)::timestamptz
            FROM login CROSS JOIN session
            CROSS JOIN (VALUES \(grants: grants, .postgres)) AS given (id, type, hash, expires_at)
            """
        }

        func statements(_ tables: AuthChatTables) -> [BoundStatement] {
            [
                """
                UPDATE \(tables.users) SET last_login_at = \(now), password_hash = coalesce(\(newHash), password_hash)
                WHERE id = \(user) AND password_hash = \(hash)
                """,
                // changes() tells what the statement before changed: 1 if the account is as it was checked.
                """
                INSERT INTO \(tables.sessions) (id, user_id, created_at, last_activity_at)
                SELECT \(session), \(user), \(now), \(now) WHERE changes() > 0
                """,
                """
                INSERT INTO \(tables.tokens) (id, type, token_hash, expires_at, user_id, family_id, created_at)
                SELECT given.*, \(user), \(session), \(now) FROM (VALUES \(grants: grants, .sqlite)) AS given
                WHERE changes() > 0
                """,
            ]
        }
    }
}
