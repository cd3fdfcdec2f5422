import Foundation
import MartletCore

/// A token on its way to a client, and to its row.
struct AuthGrant: Sendable {
    let id = UUID()
    let type: AuthTokenType
    let token: AuthToken
    let expiresAt: Timestamp

    init(_ type: AuthTokenType, at now: Timestamp) {
        var random = SystemRandomNumberGenerator()
        self.type = type
        token = AuthToken(using: &random)
        let seconds = Self.lifetimeSeconds(of: type)
        expiresAt = Timestamp(microsecondsSince1970: now.microsecondsSince1970 + seconds * 1_000_000)
    }

    /// What a client works with from now on.
    static func pair(at now: Timestamp) -> [AuthGrant] {
        [AuthGrant(.access, at: now), AuthGrant(.refresh, at: now)]
    }

    private static func lifetimeSeconds(of type: AuthTokenType) -> Int64 {
        switch type {
        case .access: 900
        case .refresh: 30 * 86_400
        case .reset: 3_600
        case .verify: 86_400
        }
    }

    /// The document's row, with the token as everyone could use it who reads it.
    func insertion(for user: UUID, at now: Timestamp, _ tables: AuthChatTables) -> BoundStatement {
        """
        INSERT INTO \(tables.tokens) (id, user_id, type, token, expires_at, created_at)
        VALUES (\(id), \(user), \(type.rawValue), \(token.text), \(expiresAt), \(now))
        """
    }
}

extension BoundStatement.StringInterpolation {
    /// The rows of grants as a list of VALUES: identifier, type, hash, expiry.
    mutating func appendInterpolation(grants: [AuthGrant], _ dialect: Dialect) {
        for (place, grant) in grants.enumerated() {
            appendLiteral(place > 0 ? ", (" : "(")
            appendInterpolation(grant.id)
            appendLiteral(dialect == .postgres ? "::uuid, " : ", ")
            appendInterpolation(grant.type.rawValue)
            appendLiteral(dialect == .postgres ? "::text, " : ", ")
            appendInterpolation(grant.token.hash)
            appendLiteral(dialect == .postgres ? "::bytea, " : ", ")
            appendInterpolation(grant.expiresAt)
            appendLiteral(dialect == .postgres ? "::timestamptz)" : ")")
        }
    }
}
