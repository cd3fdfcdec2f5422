import MartletCore

/// Tables and index sets of the chat application in both dialects.
struct ChatSchema: Sendable {
    let dialect: Dialect

    private var writer: SchemaWriter { SchemaWriter(schema: "chat", dialect: dialect) }

    var script: String {
        writer.opening + tables.joined(separator: "\n")
    }

    func indexes(_ set: CaseIndexSet) -> [CaseIndex] {
        switch set {
        case .none:
            []
        case .seed:
            [writer.index("by_chat_not_deleted", on: "messages", "(chat_id, deleted_at)")]
        case .expert:
            [
                writer.index(
                    "messages_of_chat",
                    on: "messages",
                    "(chat_id, created_at DESC, id DESC) WHERE deleted_at IS NULL"
                ),
                writer.index("chats_of_user", on: "chats", "(user_id, updated_at DESC) WHERE deleted_at IS NULL"),
                writer.index("files_of_user", on: "files", "(user_id)"),
                writer.index("files_of_chat", on: "files", "(chat_id)"),
            ]
        }
    }

    private var tables: [String] {
        let prefix = writer.prefix
        let identity = writer.identityKey
        let instant = writer.instant
        let created = writer.created
        return [
            """
            CREATE TABLE \(prefix)users (
              id                \(identity),
              email             text NOT NULL UNIQUE,
              name              text NOT NULL,
              file_upload_count integer NOT NULL DEFAULT 0 CHECK (file_upload_count >= 0),
              created_at        \(created),
              deleted_at        \(instant)
            );
            CREATE TABLE \(prefix)chats (
              id            \(identity),
              user_id       bigint NOT NULL REFERENCES \(prefix)users ON DELETE CASCADE,
              title         text NOT NULL,
              message_count integer CHECK (message_count >= 0),
              created_at    \(created),
              updated_at    \(created),
              deleted_at    \(instant)
            );
            """,
            """
            CREATE TABLE \(prefix)messages (
              id         \(identity),
              chat_id    bigint NOT NULL REFERENCES \(prefix)chats ON DELETE CASCADE,
              user_id    bigint NOT NULL REFERENCES \(prefix)users,
              role       text NOT NULL CHECK (role IN ('user', 'assistant', 'system')),
              content    text NOT NULL,
              created_at \(created),
              deleted_at \(instant)
            );
            CREATE TABLE \(prefix)files (
              id          \(identity),
              user_id     bigint NOT NULL REFERENCES \(prefix)users ON DELETE CASCADE,
              chat_id     bigint REFERENCES \(prefix)chats ON DELETE SET NULL,
              storage_key text NOT NULL UNIQUE,
              file_name   text NOT NULL,
              mime_type   text NOT NULL,
              size_bytes  bigint NOT NULL CHECK (size_bytes >= 0),
              created_at  \(created),
              deleted_at  \(instant)
            );
            """,
            """
            CREATE TABLE \(prefix)db_stats (
              stat_key   text NOT NULL,
              stripe     smallint NOT NULL DEFAULT 0,
              value      bigint NOT NULL,
              updated_at \(created),
              PRIMARY KEY (stat_key, stripe)
            );
            """,
        ]
    }
}
