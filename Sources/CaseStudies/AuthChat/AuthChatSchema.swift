import MartletCore

/// Tables and index sets of the component chat in both dialects.
///
/// A token is there as text, as the document's application keeps it, and as its hash, as in the days in which an
/// application goes over from the one to the other; new ones have one of the two.
struct AuthChatSchema: CaseIndexes {
    let dialect: Dialect

    private var writer: SchemaWriter { SchemaWriter(schema: "authchat", dialect: dialect) }

    var script: String {
        writer.opening + accountTables + sessionTables + modelTables
    }

    /// The nineteen that the document names.
    var seedIndexes: [CaseIndex] {
        let current = dialect == .postgres ? "is_current" : "is_current = 1"
        return [
            unique(writer.index("idx_users_email", on: "users", "(email)")),
            writer.index("idx_user_tokens_user_id_type", on: "user_tokens", "(user_id, type)"),
            writer.index("idx_user_tokens_token", on: "user_tokens", "(token)"),
            writer.index("idx_user_tokens_expires_revoked", on: "user_tokens", "(expires_at, revoked)"),
            writer.index("idx_sessions_user_id", on: "sessions", "(user_id)"),
            writer.index("idx_sessions_user_active", on: "sessions", "(user_id, is_active)"),
            writer.index("idx_chat_messages_session_id", on: "chat_messages", "(session_id)"),
            writer.index("idx_chat_messages_conversation_id", on: "chat_messages", "(conversation_id)"),
            writer.index("idx_chat_messages_session_order", on: "chat_messages", "(session_id, message_order)"),
            writer.index("idx_chat_messages_role", on: "chat_messages", "(role)"),
            writer.index("idx_components_session_id", on: "components", "(session_id)"),
            writer.index("idx_components_current", on: "components", "(session_id, is_current) WHERE \(current)"),
            writer.index("idx_components_type", on: "components", "(type)"),
            writer.index("idx_ai_interactions_session_id", on: "ai_interactions", "(session_id)"),
            writer.index("idx_ai_interactions_conversation_id", on: "ai_interactions", "(conversation_id)"),
            writer.index("idx_ai_responses_session_id", on: "ai_responses", "(session_id)"),
            writer.index("idx_ai_responses_conversation_id", on: "ai_responses", "(conversation_id)"),
            writer.index("idx_conversation_sessions_session_id", on: "conversation_sessions", "(session_id)"),
            writer.index("idx_conversation_sessions_conversation_id", on: "conversation_sessions", "(conversation_id)"),
        ]
    }

    /// One for each look-up that no key answers, and for each foreign key; `AuthChatConstraints` adds the unique ones.
    var expertIndexes: [CaseIndex] {
        [
            writer.index("tokens_of_user", on: "user_tokens", "(user_id, type)"),
            // Whole, not only of what is not revoked: what is revoked must be cleaned up, too.
            writer.index("tokens_by_expiry", on: "user_tokens", "(expires_at)"),
            // Whole and without the flag: a user has few sessions, and an end of one stays a heap-only update.
            writer.index("sessions_of_user", on: "sessions", "(user_id)"),
            writer.index("messages_of_conversation", on: "chat_messages", "(conversation_id, created_at)"),
            writer.index("components_of_session", on: "components", "(session_id, type, version DESC)"),
            writer.index("interactions_of_session", on: "ai_interactions", "(session_id, created_at DESC)"),
            writer.index("interactions_of_conversation", on: "ai_interactions", "(conversation_id, created_at)"),
            writer.index("responses_of_session", on: "ai_responses", "(session_id)"),
            writer.index("responses_of_conversation", on: "ai_responses", "(conversation_id)"),
            writer.index("responses_of_interaction", on: "ai_responses", "(interaction_id)"),
            writer.index("sessions_of_conversation", on: "conversation_sessions", "(conversation_id)"),
        ]
    }

    private func unique(_ index: CaseIndex) -> CaseIndex {
        let sql = "CREATE UNIQUE" + index.sql.dropFirst("CREATE".count)
        return CaseIndex(name: index.name, table: index.table, sql: sql)
    }

    private var accountTables: String {
        let prefix = writer.prefix
        let roles =
            dialect == .postgres ? "text[] NOT NULL DEFAULT '{user}'" : #"TEXT NOT NULL DEFAULT '["user"]'"#
        return """
            CREATE TABLE \(prefix)users (
              id            \(writer.uuidKey),
              email         text NOT NULL,
              password_hash text NOT NULL,
              name          text,
              roles         \(roles),
              created_at    \(writer.created),
              updated_at    \(writer.created),
              last_login_at \(writer.instant)
            );
            CREATE TABLE \(prefix)user_tokens (
              id         \(writer.uuidKey),
              user_id    \(writer.uuid) NOT NULL REFERENCES \(prefix)users ON DELETE CASCADE,
              type       text NOT NULL CHECK (type IN ('access', 'refresh', 'reset', 'verify')),
              token      text,
              token_hash \(dialect == .postgres ? "bytea" : "BLOB"),
              expires_at \(writer.instant) NOT NULL,
              revoked    \(writer.boolean) NOT NULL DEFAULT \(writer.literal(false)),
              created_at \(writer.created),
              CHECK (token IS NOT NULL OR token_hash IS NOT NULL)
            );
            CREATE TABLE \(prefix)sessions (
              id               \(writer.uuidKey),
              user_id          \(writer.uuid) NOT NULL REFERENCES \(prefix)users ON DELETE CASCADE,
              is_active        \(writer.boolean) NOT NULL DEFAULT \(writer.literal(true)),
              created_at       \(writer.created),
              last_activity_at \(writer.created)
            );

            """
    }

    private var sessionTables: String {
        let prefix = writer.prefix
        return """
            CREATE TABLE \(prefix)conversation_sessions (
              id              \(writer.uuidKey),
              session_id      \(writer.uuid) NOT NULL REFERENCES \(prefix)sessions ON DELETE CASCADE,
              conversation_id \(writer.uuid) NOT NULL,
              created_at      \(writer.created),
              UNIQUE (session_id, conversation_id)
            );
            CREATE TABLE \(prefix)chat_messages (
              id              \(writer.uuidKey),
              session_id      \(writer.uuid) NOT NULL REFERENCES \(prefix)sessions ON DELETE CASCADE,
              conversation_id \(writer.uuid) NOT NULL,
              role            text NOT NULL CHECK (role IN ('user', 'assistant', 'system')),
              message_order   integer NOT NULL,
              content         text NOT NULL,
              created_at      \(writer.created)
            );
            CREATE TABLE \(prefix)components (
              id         \(writer.uuidKey),
              session_id \(writer.uuid) NOT NULL REFERENCES \(prefix)sessions ON DELETE CASCADE,
              type       text NOT NULL,
              version    integer NOT NULL DEFAULT 1,
              is_current \(writer.boolean) NOT NULL DEFAULT \(writer.literal(true)),
              code       text NOT NULL,
              created_at \(writer.created)
            );

            """
    }

    private var modelTables: String {
        let prefix = writer.prefix
        return """
            CREATE TABLE \(prefix)ai_interactions (
              id              \(writer.uuidKey),
              session_id      \(writer.uuid) NOT NULL REFERENCES \(prefix)sessions ON DELETE CASCADE,
              conversation_id \(writer.uuid) NOT NULL,
              prompt          text NOT NULL,
              created_at      \(writer.created)
            );
            CREATE TABLE \(prefix)ai_responses (
              id              \(writer.uuidKey),
              session_id      \(writer.uuid) NOT NULL REFERENCES \(prefix)sessions ON DELETE CASCADE,
              conversation_id \(writer.uuid) NOT NULL,
              interaction_id  \(writer.uuid) REFERENCES \(prefix)ai_interactions ON DELETE CASCADE,
              response        text NOT NULL,
              tokens_used     integer,
              created_at      \(writer.created)
            );
            """
    }
}
