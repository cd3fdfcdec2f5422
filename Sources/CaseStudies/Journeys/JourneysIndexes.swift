import MartletCore

/// Index sets of the journeys in both dialects.
struct JourneysIndexes: CaseIndexes {
    let dialect: Dialect

    private var writer: SchemaWriter { SchemaWriter(schema: "journeys", dialect: dialect) }
    private static let executions = "journey_node_executions"
    private static let enrolments = "journey_contacts"

    /// The twelve of the document; it does not say the columns of `idx_journey_contacts_active`.
    var seedIndexes: [CaseIndex] {
        [
            writer.index(
                "idx_journey_node_executions_node_contact_tenant",
                on: Self.executions,
                "(node_id, journey_contact_id, tenant_id)"
            ),
            writer.index(
                "idx_journey_node_executions_executed_at",
                on: Self.executions,
                "(executed_at DESC) WHERE executed_at IS NOT NULL"
            ),
            writer.index(
                "idx_journey_node_executions_contact_tenant_executed",
                on: Self.executions,
                "(journey_contact_id, tenant_id, executed_at DESC)"
            ),
            writer.index(
                "idx_journey_contacts_active",
                on: Self.enrolments,
                "(journey_id, tenant_id) WHERE status = 'ACTIVE'"
            ),
            writer.index(
                "idx_journey_contacts_journey_tenant_status",
                on: Self.enrolments,
                "(journey_id, tenant_id, status)"
            ),
            writer.index("idx_journey_nodes_journey_id_tenant", on: "journey_nodes", "(journey_id, id, tenant_id)"),
            writer.index("idx_messages_created_at", on: "messages", "(created_at DESC)"),
            writer.index("idx_messages_conversation_created_at", on: "messages", "(conversation_id, created_at DESC)"),
            writer.index("idx_call_logs_created_at", on: "call_logs", "(created_at DESC)"),
            writer.index(
                "idx_call_logs_tenant_created_status",
                on: "call_logs",
                "(tenant_id, created_at DESC, status)"
            ),
            writer.index("idx_contacts_created_at", on: "contacts", "(created_at DESC)"),
            writer.index("idx_contacts_tenant_created_at", on: "contacts", "(tenant_id, created_at DESC)"),
        ]
    }

    var expertIndexes: [CaseIndex] { executions + lists + references }

    /// One for each question: what ran last at a node, what ran last at all, what waits.
    ///
    /// The first begins with the node so that deletions of nodes find their executions too.
    private var executions: [CaseIndex] {
        // SQLite carries no columns along: what is to be read from the index alone is part of its key there.
        let keys = "(node_id, journey_contact_id, executed_at DESC"
        return [
            writer.index(
                "executions_at_node",
                on: Self.executions,
                keys + (dialect == .postgres ? ") INCLUDE (id)" : ", id)")
            ),
            writer.index("executions_of_enrolment", on: Self.executions, "(journey_contact_id, executed_at DESC)"),
            writer.index(
                "executions_waiting",
                on: Self.executions,
                "(journey_contact_id, node_id, created_at DESC) WHERE executed_at IS NULL"
            ),
        ]
    }

    private var lists: [CaseIndex] {
        [
            writer.index("active_enrolments", on: Self.enrolments, "(journey_id, tenant_id) WHERE status = 'ACTIVE'"),
            writer.index("messages_of_conversation", on: "messages", "(conversation_id, created_at DESC, id DESC)"),
            writer.index("call_logs_of_tenant", on: "call_logs", "(tenant_id, status, created_at DESC)"),
            writer.index("contacts_of_tenant", on: "contacts", "(tenant_id, created_at DESC, id DESC)"),
        ]
    }

    /// What a deletion looks through otherwise.
    ///
    /// Tenants are left out: none is deleted while it has rows.
    private var references: [CaseIndex] {
        [
            writer.index("enrolments_of_contact", on: Self.enrolments, "(contact_id)"),
            writer.index("enrolments_at_node", on: Self.enrolments, "(current_node_id)"),
            writer.index("nodes_of_journey", on: "journey_nodes", "(journey_id)"),
            writer.index("conversations_of_contact", on: "conversations", "(contact_id)"),
            writer.index("call_logs_of_contact", on: "call_logs", "(contact_id) WHERE contact_id IS NOT NULL"),
        ]
    }
}
