import Foundation
package import MartletCore

/// A query of the application, as row 4g explains and runs it.
package struct AuthChatQuery: Sendable {
    package let name: String
    package let statement: BoundStatement
    /// Whether its rows have an order, and so are the same however they are found.
    let isOrdered: Bool

    private init(_ name: String, isOrdered: Bool = true, _ statement: BoundStatement) {
        self.name = name
        self.statement = statement
        self.isOrdered = isOrdered
    }

    /// Rows of a page of a list.
    private static let page = 20

    /// Every query of the application but look-ups by primary key, as that way writes them.
    package static func all(_ way: Way, in dialect: Dialect, size: CaseSize) -> [AuthChatQuery] {
        let shape = AuthChatShape(size: size, dialect: dialect)
        let tables = AuthChatTables(dialect)
        return accounts(way, shape, tables) + sessions(tables) + components(tables) + model(tables)
    }

    private static func accounts(
        _ way: Way,
        _ shape: AuthChatShape,
        _ tables: AuthChatTables
    ) -> [AuthChatQuery] {
        let (user, email) = (AuthChatID.user(1), "user1@example.com")
        let token = AuthToken.numbered(shape.livingToken(.access))
        let isExpert = way == .expert
        return [
            AuthChatQuery(
                "user by address",
                isExpert
                    ? "SELECT id FROM \(tables.users) WHERE lower(email) = lower(\(email))"
                    : "SELECT id FROM \(tables.users) WHERE email = \(email)"
            ),
            AuthChatQuery(
                "token",
                isExpert
                    ? "SELECT id FROM \(tables.tokens) WHERE token_hash = \(token.hash)"
                    : "SELECT id FROM \(tables.tokens) WHERE token = \(token.text)"
            ),
            AuthChatQuery(
                "refresh tokens of a user",
                isOrdered: false,
                """
                SELECT id FROM \(tables.tokens)
                WHERE user_id = \(user) AND type = 'refresh' AND NOT revoked AND expires_at > \(DataSeed.end)
                """
            ),
            AuthChatQuery(
                "tokens that expired first",
                """
                SELECT expires_at FROM \(tables.tokens) WHERE expires_at < \(DataSeed.end)
                ORDER BY expires_at LIMIT \(page)
                """
            ),
            AuthChatQuery(
                "where a user is signed in",
                "SELECT id FROM \(tables.sessions) WHERE user_id = \(user) AND is_active ORDER BY created_at"
            ),
            AuthChatQuery(
                "sessions of a user",
                "SELECT id, is_active FROM \(tables.sessions) WHERE user_id = \(user) ORDER BY created_at"
            ),
        ]
    }

    private static func sessions(_ tables: AuthChatTables) -> [AuthChatQuery] {
        let (session, conversation) = (AuthChatID.session(1), AuthChatID.conversation(1))
        return [
            AuthChatQuery(
                "newest messages of a session",
                """
                SELECT id, content FROM \(tables.messages) WHERE session_id = \(session)
                ORDER BY message_order DESC LIMIT \(page)
                """
            ),
            AuthChatQuery(
                "place of the next message",
                "SELECT coalesce(max(message_order), 0) + 1 FROM \(tables.messages) WHERE session_id = \(session)"
            ),
            AuthChatQuery(
                "newest messages of a conversation",
                """
                SELECT id, content FROM \(tables.messages) WHERE conversation_id = \(conversation)
                ORDER BY created_at DESC LIMIT \(page)
                """
            ),
            AuthChatQuery(
                "conversations of a session",
                isOrdered: false,
                "SELECT conversation_id FROM \(tables.conversationSessions) WHERE session_id = \(session)"
            ),
            AuthChatQuery(
                "sessions of a conversation",
                isOrdered: false,
                "SELECT session_id FROM \(tables.conversationSessions) WHERE conversation_id = \(conversation)"
            ),
        ]
    }

    private static func components(_ tables: AuthChatTables) -> [AuthChatQuery] {
        let session = AuthChatID.session(1)
        return [
            AuthChatQuery(
                "current components",
                """
                SELECT type, code FROM \(tables.components) WHERE session_id = \(session) AND is_current ORDER BY type
                """
            ),
            AuthChatQuery(
                "current component of a type",
                """
                SELECT code FROM \(tables.components)
                WHERE session_id = \(session) AND type = 'chart' AND is_current
                """
            ),
            AuthChatQuery(
                "versions of a component",
                """
                SELECT version, created_at FROM \(tables.components)
                WHERE session_id = \(session) AND type = 'chart' ORDER BY version DESC
                """
            ),
        ]
    }

    private static func model(_ tables: AuthChatTables) -> [AuthChatQuery] {
        let (session, conversation) = (AuthChatID.session(1), AuthChatID.conversation(1))
        return [
            AuthChatQuery(
                "what was asked last in a session",
                """
                SELECT id, prompt FROM \(tables.interactions) WHERE session_id = \(session)
                ORDER BY created_at DESC LIMIT \(page)
                """
            ),
            AuthChatQuery(
                "what was asked and answered last",
                """
                SELECT asked.id, asked.prompt, answer.response FROM \(tables.interactions) AS asked
                LEFT JOIN \(tables.responses) AS answer ON answer.interaction_id = asked.id
                WHERE asked.conversation_id = \(conversation) ORDER BY asked.created_at DESC LIMIT \(page)
                """
            ),
            AuthChatQuery(
                "what a conversation cost",
                "SELECT sum(tokens_used) FROM \(tables.responses) WHERE conversation_id = \(conversation)"
            ),
            AuthChatQuery(
                "what a session cost",
                "SELECT sum(tokens_used) FROM \(tables.responses) WHERE session_id = \(session)"
            ),
        ]
    }
}
