import MartletCore

/// Tables and index sets of the wallet messenger in both dialects.
struct DchatSchema: CaseIndexes {
    let dialect: Dialect

    private var writer: SchemaWriter { SchemaWriter(schema: "dchat", dialect: dialect) }

    var script: String {
        let prefix = writer.prefix
        return writer.opening + """
            CREATE TABLE \(prefix)users (
              id             \(writer.identityKey),
              name           text NOT NULL,
              wallet_address text NOT NULL,
              public_key     text,
              created_at     \(writer.created)
            );
            CREATE TABLE \(prefix)messages (
              id          \(writer.identityKey),
              sender_id   bigint NOT NULL REFERENCES \(prefix)users,
              receiver_id bigint NOT NULL REFERENCES \(prefix)users,
              content     text NOT NULL,
              status      text NOT NULL CHECK (status IN ('sent', 'delivered', 'unread', 'read')),
              "timestamp" \(writer.created)
            );
            CREATE TABLE \(prefix)groups (
              id         \(writer.identityKey),
              owner_id   bigint NOT NULL REFERENCES \(prefix)users,
              name       text NOT NULL,
              is_public  \(writer.boolean) NOT NULL DEFAULT \(writer.literal(false)),
              created_at \(writer.created)
            );
            CREATE TABLE \(prefix)group_members (
              id        \(writer.identityKey),
              group_id  bigint NOT NULL REFERENCES \(prefix)groups ON DELETE CASCADE,
              user_id   bigint NOT NULL REFERENCES \(prefix)users ON DELETE CASCADE,
              joined_at \(writer.created)
            );
            """
    }

    /// The fourteen of the document, letter for letter.
    var seedIndexes: [CaseIndex] {
        [
            writer.index("idx_users_wallet_address", on: "users", "(wallet_address)"),
            writer.index("idx_users_created_at", on: "users", "(created_at)"),
            writer.index("idx_users_public_key", on: "users", "(public_key) WHERE public_key IS NOT NULL"),
            writer.index("idx_messages_sender_receiver", on: "messages", "(sender_id, receiver_id)"),
            writer.index("idx_messages_receiver_sender", on: "messages", "(receiver_id, sender_id)"),
            writer.index("idx_messages_timestamp", on: "messages", #"("timestamp" DESC)"#),
            writer.index("idx_messages_status", on: "messages", "(status)"),
            writer.index(
                "idx_messages_receiver_status",
                on: "messages",
                "(receiver_id, status) WHERE status = 'unread'"
            ),
            writer.index("idx_groups_owner", on: "groups", "(owner_id)"),
            writer.index("idx_groups_created_at", on: "groups", "(created_at)"),
            writer.index("idx_groups_is_public", on: "groups", "(is_public)"),
            writer.index("idx_group_members_group_user", on: "group_members", "(group_id, user_id)"),
            writer.index("idx_group_members_user", on: "group_members", "(user_id)"),
            writer.index("idx_group_members_joined_at", on: "group_members", "(joined_at)"),
        ]
    }

    var expertIndexes: [CaseIndex] {
        let (tables, isSQLite) = (DchatTables(dialect), dialect == .sqlite)
        return [
            unique("one_account_per_wallet", on: "users", "(lower(wallet_address))"),
            writer.index("users_by_name", on: "users", "(\(tables.searchableName), id)"),
            writer.index(
                "messages_of_pair",
                on: "messages",
                #"((\#(tables.pair.lower)), (\#(tables.pair.higher)), "timestamp" DESC, id DESC)"#
            ),
            writer.index(
                "unread_messages",
                on: "messages",
                // Within the index the status is always the same; yet without it SQLite 3.40 reads each message, too.
                "(receiver_id\(isSQLite ? ", status" : "")) WHERE status = 'unread'"
            ),
            writer.index("messages_by_time", on: "messages", #"("timestamp" DESC, id DESC)"#),
            writer.index("messages_of_sender", on: "messages", "(sender_id)"),
            writer.index("groups_of_owner", on: "groups", "(owner_id)"),
            unique("one_membership", on: "group_members", "(group_id, user_id)"),
            writer.index(
                "memberships_of_user",
                on: "group_members",
                isSQLite ? "(user_id, joined_at DESC, group_id)" : "(user_id, joined_at DESC) INCLUDE (group_id)"
            ),
        ]
    }

    private func unique(_ name: String, on table: String, _ keys: String) -> CaseIndex {
        CaseIndex(
            name: name,
            table: table,
            sql: "CREATE UNIQUE INDEX \(name) ON \(writer.prefix)\(table) \(keys)"
        )
    }
}
