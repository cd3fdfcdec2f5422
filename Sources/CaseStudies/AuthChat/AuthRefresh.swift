import Foundation
package import MartletCore

/// Row 4e: a client trades its refresh token for a new pair.
package struct AuthRefresh: Sendable {
    package init() {}

    /// The new pair, access token first; nil if the token buys nothing.
    ///
    /// A token that has been used already is in two hands, and nobody knows which is the thief's. The expert's way then
    /// revokes all tokens of that sign-in.
    package func refresh(
        _ token: AuthToken,
        at now: Timestamp,
        _ way: Way,
        on connection: any Connection
    ) async throws -> [AuthToken]? {
        let tables = AuthChatTables(connection.dialect)
        return switch way {
        case .before, .fair: try await oneByOne(token, now, tables, connection)
        case .seed: try await together(token, now, tables, connection)
        case .expert: try await rotating(token, now, tables, connection)
        }
    }

    /// Five statements.
    ///
    /// Two clients who show the same token at once are both served.
    private func oneByOne(
        _ token: AuthToken,
        _ now: Timestamp,
        _ tables: AuthChatTables,
        _ connection: any Connection
    ) async throws -> [AuthToken]? {
        guard let (id, user) = try await living(token, now, tables, connection),
            try await !connection.run("SELECT * FROM \(tables.users) WHERE id = \(user)").isEmpty
        else { return nil }
        try await connection.run(revocation(id, tables))
        let grants = AuthGrant.pair(at: now)
        for grant in grants { try await connection.run(grant.insertion(for: user, at: now, tables)) }
        return grants.map(\.token)
    }

    /// The document's way: what needs nothing but the token's owner runs side by side.
    private func together(
        _ token: AuthToken,
        _ now: Timestamp,
        _ tables: AuthChatTables,
        _ connection: any Connection
    ) async throws -> [AuthToken]? {
        guard let (id, user) = try await living(token, now, tables, connection) else { return nil }
        let grants = AuthGrant.pair(at: now)
        try await connection.runPipelined(
            ["SELECT * FROM \(tables.users) WHERE id = \(user)", revocation(id, tables)]
                + grants.map { $0.insertion(for: user, at: now, tables) }
        )
        return grants.map(\.token)
    }

    /// Revokes the old token and adds the new ones in one round trip: of two who show it at once, one finds it spent.
    ///
    /// On PostgreSQL a rotation shares the row of its user, and who revokes a family has it alone: no pair that a
    /// racing rotation adds is overlooked.
    private func rotating(
        _ token: AuthToken,
        _ now: Timestamp,
        _ tables: AuthChatTables,
        _ connection: any Connection
    ) async throws -> [AuthToken]? {
        let grants = AuthGrant.pair(at: now)
        let added =
            switch connection.dialect {
            case .postgres: try await connection.run(rotation(token, grants, now, tables)).affectedRows
            case .sqlite: try await connection.runPipelined(rotationSteps(token, grants, now, tables))[1].affectedRows
            }
        if added == grants.count { return grants.map(\.token) }
        try await revokeFamily(of: token, tables, connection)
        return nil
    }

    /// Revokes all tokens of a sign-in if this one is a refresh token that was used before.
    ///
    /// It sees what a racing rotation has committed: that is a replay, too.
    private func revokeFamily(
        of token: AuthToken,
        _ tables: AuthChatTables,
        _ connection: any Connection
    ) async throws {
        let revocation: BoundStatement = """
            UPDATE \(tables.tokens) SET revoked = true
            WHERE NOT revoked AND family_id = (SELECT replayed.family_id FROM \(tables.tokens) AS replayed
                                               WHERE replayed.token_hash = \(token.hash)
                                                 AND replayed.type = 'refresh' AND replayed.revoked)
            """
        switch connection.dialect {
        case .postgres:
            // At READ COMMITTED the second statement sees what was committed while the first waited.
            let owner: BoundStatement = """
                SELECT id FROM \(tables.users)
                WHERE id = (SELECT user_id FROM \(tables.tokens) WHERE token_hash = \(token.hash)) FOR UPDATE
                """
            try await connection.runPipelined([owner, revocation])
        case .sqlite:
            try await connection.run(revocation)
        }
    }

    private func rotation(
        _ token: AuthToken,
        _ grants: [AuthGrant],
        _ now: Timestamp,
        _ tables: AuthChatTables
    ) -> BoundStatement {
        """
        WITH owner AS (
          SELECT id FROM \(tables.users)
          WHERE id = (SELECT user_id FROM \(tables.tokens) WHERE token_hash = \(token.hash)) FOR KEY SHARE
        ), spent AS (
          UPDATE \(tables.tokens) AS tokens SET revoked = true, family_id = coalesce(tokens.family_id, tokens.id)
          FROM owner
          WHERE tokens.user_id = owner.id AND tokens.token_hash = \(token.hash) AND tokens.type = 'refresh'
            AND NOT tokens.revoked AND tokens.expires_at > \(now)
          RETURNING tokens.user_id, tokens.family_id
        )
        INSERT INTO \(tables.tokens) (id, user_id, type, token_hash, expires_at, family_id, created_at)
        SELECT given.id, spent.user_id, given.type, given.hash, given.expires_at, spent.family_id, \(now)::timestamptz
        FROM spent CROSS JOIN (VALUES \(grants: grants, .postgres)) AS given (id, type, hash, expires_at)
        """
    }

    private func rotationSteps(
        _ token: AuthToken,
        _ grants: [AuthGrant],
        _ now: Timestamp,
        _ tables: AuthChatTables
    ) -> [BoundStatement] {
        [
            """
            UPDATE \(tables.tokens) SET revoked = true, family_id = coalesce(family_id, id)
            WHERE token_hash = \(token.hash) AND type = 'refresh' AND NOT revoked AND expires_at > \(now)
            """,
            // changes() tells what the statement before changed: 1 if the token was good.
            """
            INSERT INTO \(tables.tokens) (id, type, token_hash, expires_at, user_id, family_id, created_at)
            SELECT given.*, spent.user_id, spent.family_id, \(now)
            FROM \(tables.tokens) AS spent, (VALUES \(grants: grants, .sqlite)) AS given
            WHERE spent.token_hash = \(token.hash) AND changes() > 0
            """,
        ]
    }

    private func living(
        _ token: AuthToken,
        _ now: Timestamp,
        _ tables: AuthChatTables,
        _ connection: any Connection
    ) async throws -> (id: UUID, user: UUID)? {
        let rows = try await connection.run("SELECT * FROM \(tables.tokens) WHERE token = \(token.text)")
        guard let row = rows.first, try !row.decode(Bool.self, "revoked"),
            try row.decode(String.self, "type") == AuthTokenType.refresh.rawValue,
            try row.decode(Timestamp.self, "expires_at") > now
        else { return nil }
        return (try row.decode(UUID.self, "id"), try row.decode(UUID.self, "user_id"))
    }

    private func revocation(_ token: UUID, _ tables: AuthChatTables) -> BoundStatement {
        "UPDATE \(tables.tokens) SET revoked = true WHERE id = \(token)"
    }
}
