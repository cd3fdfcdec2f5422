import Foundation
package import MartletCore

/// Row 4a: somebody opens an account.
package struct AuthSignup: Sendable {
    /// What somebody fills in.
    package struct Form: Sendable, Hashable {
        package var email: String
        package var password: String
        package var name: String

        package init(email: String, password: String, name: String) {
            self.email = email
            self.password = password
            self.name = name
        }
    }

    /// An account that is open.
    package struct Registration: Sendable, Hashable {
        package let signIn: AuthSignIn
        /// To be sent to the address, by which its owner proves that it is his.
        package let verification: AuthToken
    }

    /// Sends a token to an address; may take seconds or fail.
    package typealias Mailer = @Sendable (_ email: String, _ verification: AuthToken) async throws -> Void

    private let hasher: PasswordHasher
    private let mail: Mailer

    package init(hasher: PasswordHasher, mail: @escaping Mailer = { _, _ in }) {
        self.hasher = hasher
        self.mail = mail
    }

    /// Opens an account and lets its owner in; nil if the address has one.
    ///
    /// The expert's way sends no mail: who calls does it after the answer, and again if it fails, for the token is
    /// stored.
    package func signUp(
        _ form: Form,
        at now: Timestamp,
        _ way: Way,
        on connection: any Connection
    ) async throws -> Registration? {
        let tables = AuthChatTables(connection.dialect)
        return switch way {
        case .before, .fair: try await oneByOne(form, now, tables, connection)
        case .seed: try await together(form, now, tables, connection)
        case .expert: try await atOnce(form, now, tables, connection)
        }
    }

    /// Seven statements outside any transaction: what fails half way leaves an account without a token.
    private func oneByOne(
        _ form: Form,
        _ now: Timestamp,
        _ tables: AuthChatTables,
        _ connection: any Connection
    ) async throws -> Registration? {
        guard try await connection.run(userByEmail(form.email, tables)).isEmpty else { return nil }
        let hash = try await hasher.hash(form.password)
        try await connection.run(userInsertion(UUID(), form, hash, now, tables))
        guard let row = try await connection.run(userByEmail(form.email, tables)).first else { return nil }
        let user = try row.decode(UUID.self, "id")
        let (session, grants) = (UUID(), AuthGrant.pair(at: now) + [AuthGrant(.verify, at: now)])
        try await connection.run(tables.sessionInsertion(session, of: user, at: now))
        for grant in grants { try await connection.run(grant.insertion(for: user, at: now, tables)) }
        try await mail(form.email, grants[2].token)
        return registration(user, session, grants)
    }

    /// The document's way: session and tokens side by side, after the account; the mail still within the request.
    private func together(
        _ form: Form,
        _ now: Timestamp,
        _ tables: AuthChatTables,
        _ connection: any Connection
    ) async throws -> Registration? {
        guard try await connection.run(userByEmail(form.email, tables)).isEmpty else { return nil }
        let hash = try await hasher.hash(form.password)
        let (user, session) = (UUID(), UUID())
        let grants = AuthGrant.pair(at: now) + [AuthGrant(.verify, at: now)]
        try await connection.run(userInsertion(user, form, hash, now, tables))
        try await connection.runPipelined(
            [tables.sessionInsertion(session, of: user, at: now)]
                + grants.map { $0.insertion(for: user, at: now, tables) }
        )
        try await mail(form.email, grants[2].token)
        return registration(user, session, grants)
    }

    /// One round trip, all or nothing.
    ///
    /// Whether the address is free is not asked but found out, by the unique key: of two at once one gets it. The hash
    /// is made first, so a taken address is answered no sooner than a free one.
    private func atOnce(
        _ form: Form,
        _ now: Timestamp,
        _ tables: AuthChatTables,
        _ connection: any Connection
    ) async throws -> Registration? {
        let hash = try await hasher.hash(form.password)
        let (user, session) = (UUID(), UUID())
        let grants = AuthGrant.pair(at: now) + [AuthGrant(.verify, at: now)]
        let write = Write(form: form, hash: hash, user: user, session: session, grants: grants, now: now)
        let added =
            switch connection.dialect {
            case .postgres: try await connection.run(write.statement(tables)).affectedRows
            case .sqlite: try await connection.runPipelined(write.statements(tables))[2].affectedRows
            }
        return added == grants.count ? registration(user, session, grants) : nil
    }

    private func registration(_ user: UUID, _ session: UUID, _ grants: [AuthGrant]) -> Registration {
        Registration(
            signIn: AuthSignIn(user: user, session: session, grants: grants),
            verification: grants[2].token
        )
    }

    private func userByEmail(_ email: String, _ tables: AuthChatTables) -> BoundStatement {
        "SELECT * FROM \(tables.users) WHERE email = \(email)"
    }

    private func userInsertion(
        _ user: UUID,
        _ form: Form,
        _ hash: String,
        _ now: Timestamp,
        _ tables: AuthChatTables
    ) -> BoundStatement {
        """
        INSERT INTO \(tables.users) (id, email, password_hash, name, created_at, updated_at)
        VALUES (\(user), \(form.email), \(hash), \(form.name), \(now), \(now))
        """
    }

    /// All that a new account adds.
    ///
    /// Each part acts only if the one before did.
    private struct Write {
        let form: Form
        let hash: String
        let user: UUID
        let session: UUID
        let grants: [AuthGrant]
        let now: Timestamp

        func statement(_ tables: AuthChatTables) -> BoundStatement {
            """
            WITH account AS (
              INSERT INTO \(tables.users) (id, email, password_hash, name, created_at, updated_at)
              VALUES (\(user), \(form.email), \(hash), \(form.name), \(now), \(now))
              ON CONFLICT DO NOTHING RETURNING id
            ), session AS (
              INSERT INTO \(tables.sessions) (id, user_id, created_at, last_activity_at)
              SELECT \(session)::uuid, account.id, \(now)::timestamptz, \(now)::timestamptz FROM account RETURNING id
            )
            INSERT INTO \(tables.tokens) (id, user_id, type, token_hash, expires_at, family_id, created_at)
            SELECT given.id, account.id, given.type, given.hash, given.expires_at, session.id, \(now)::timestamptz
            FROM account CROSS JOIN session
            CROSS JOIN (VALUES \(grants: grants, .postgres)) AS given (id, type, hash, expires_at)
            """
        }

        func statements(_ tables: AuthChatTables) -> [BoundStatement] {
            [
                """
                INSERT INTO \(tables.users) (id, email, password_hash, name, created_at, updated_at)
                VALUES (\(user), \(form.email), \(hash), \(form.name), \(now), \(now)) ON CONFLICT DO NOTHING
                """,
                // changes() tells what the statement before added: 1 if the address was free.
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
