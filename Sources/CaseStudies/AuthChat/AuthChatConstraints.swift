import MartletCore

/// What the expert asks of the schema beyond indexes: what must not be there twice, and of which sign-in a token comes.
///
/// Each unique index is also the one its look-ups use, so it replaces a plain one instead of standing beside it.
struct AuthChatConstraints: Sendable {
    let dialect: Dialect

    var migration: MigrationPlan {
        MigrationPlan(
            name: "authchat-unique-keys",
            summary: "Allows each address, token, place of a message and current component once, "
                + "and remembers from which sign-in a token comes.",
            up: [adding],
            down: [removing],
            verify: [
                noneTwice(of: "lower(email)", in: tables.users),
                noneTwice(of: "token_hash", in: tables.tokens, where: "token_hash IS NOT NULL"),
                noneTwice(of: "session_id, message_order", in: tables.messages),
                noneTwice(of: "session_id, type", in: tables.components, where: isCurrent),
                "SELECT count(family_id) >= 0 FROM \(tables.tokens.quoted)",
            ]
        )
    }

    private var tables: AuthChatTables { AuthChatTables(dialect) }
    private var writer: SchemaWriter { SchemaWriter(schema: "authchat", dialect: dialect) }
    private var isCurrent: String { dialect == .postgres ? "is_current" : "is_current = 1" }

    private struct Key {
        let name: String
        let table: String
        let columns: String
    }

    private var uniqueKeys: [Key] {
        [
            // Addresses that differ in case reach the same person.
            Key(name: "users_by_email", table: "users", columns: "(lower(email))"),
            Key(name: "tokens_by_hash", table: "user_tokens", columns: "(token_hash)"),
            Key(name: "messages_in_order", table: "chat_messages", columns: "(session_id, message_order)"),
            Key(name: "current_components", table: "components", columns: "(session_id, type) WHERE \(isCurrent)"),
        ]
    }

    private var adding: MigrationStep {
        var statements = ["ALTER TABLE \(tables.tokens.quoted) ADD COLUMN family_id \(writer.uuid)"]
        statements += uniqueKeys.map { key in
            "CREATE UNIQUE INDEX \(key.name) ON \(writer.prefix)\(key.table) \(key.columns)"
        }
        statements.append(
            "CREATE INDEX tokens_of_family ON \(writer.prefix)user_tokens (family_id) WHERE family_id IS NOT NULL"
        )
        return MigrationStep(
            sql: statements.joined(separator: ";\n") + ";",
            lock: "writers of users, tokens, messages and components wait until the indexes are built"
        )
    }

    /// Bears to find nothing: each part may be undone already.
    private var removing: MigrationStep {
        let study = AuthChatCaseStudy()
        var statements = (uniqueKeys.map(\.name) + ["tokens_of_family"])
            .map { name in "DROP INDEX IF EXISTS \(study.table(name, in: dialect).quoted)" }
        let condition = dialect == .postgres ? "IF EXISTS " : ""
        statements.append("ALTER TABLE \(tables.tokens.quoted) DROP COLUMN \(condition)family_id")
        return MigrationStep(
            sql: statements.joined(separator: ";\n") + ";",
            lock: "readers and writers of tokens wait for a moment; nothing is read"
        )
    }

    private func noneTwice(of columns: String, in table: QualifiedName, where condition: String = "true") -> String {
        """
        SELECT NOT EXISTS (SELECT 1 FROM \(table.quoted) WHERE \(condition)
                           GROUP BY \(columns) HAVING count(*) > 1)
        """
    }
}
