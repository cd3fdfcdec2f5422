import Foundation
import MartletCore

/// Names of the component chat's tables, and the little in which its SQL differs between the dialects.
struct AuthChatTables: Sendable {
    let users: QualifiedName
    let tokens: QualifiedName
    let sessions: QualifiedName
    let conversationSessions: QualifiedName
    let messages: QualifiedName
    let components: QualifiedName
    let interactions: QualifiedName
    let responses: QualifiedName
    /// The literal for true, for conditions that partial indexes repeat.
    let isTrue: String

    init(_ dialect: Dialect) {
        let study = AuthChatCaseStudy()
        users = study.table("users", in: dialect)
        tokens = study.table("user_tokens", in: dialect)
        sessions = study.table("sessions", in: dialect)
        conversationSessions = study.table("conversation_sessions", in: dialect)
        messages = study.table("chat_messages", in: dialect)
        components = study.table("components", in: dialect)
        interactions = study.table("ai_interactions", in: dialect)
        responses = study.table("ai_responses", in: dialect)
        isTrue = SchemaWriter(schema: study.name, dialect: dialect).literal(true)
    }

    /// The row of a session that begins.
    func sessionInsertion(_ session: UUID, of user: UUID, at now: Timestamp) -> BoundStatement {
        """
        INSERT INTO \(sessions) (id, user_id, created_at, last_activity_at)
        VALUES (\(session), \(user), \(now), \(now))
        """
    }
}
