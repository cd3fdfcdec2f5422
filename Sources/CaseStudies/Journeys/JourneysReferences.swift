import MartletCore

/// Where a row of the journeys refers to another that must be of the same tenant.
struct JourneysReferences: Sendable {
    struct Reference: Sendable {
        let child: String
        let column: String
        let parent: String
        /// What becomes of the child when its parent is deleted.
        let onDelete: String

        /// What PostgreSQL calls a foreign key that nobody has named.
        var constraint: String { "\(child)_\(column)_fkey" }
    }

    /// All but that to a contact's current node, which a deletion sets to NULL: of its two columns PostgreSQL can set
    /// one alone only since version 15.
    static let all = [
        Reference(child: "journey_nodes", column: "journey_id", parent: "journeys", onDelete: " ON DELETE CASCADE"),
        Reference(child: "journey_contacts", column: "journey_id", parent: "journeys", onDelete: " ON DELETE CASCADE"),
        Reference(child: "journey_contacts", column: "contact_id", parent: "contacts", onDelete: " ON DELETE CASCADE"),
        Reference(
            child: "journey_node_executions",
            column: "journey_contact_id",
            parent: "journey_contacts",
            onDelete: " ON DELETE CASCADE"
        ),
        Reference(
            child: "journey_node_executions",
            column: "node_id",
            parent: "journey_nodes",
            onDelete: " ON DELETE CASCADE"
        ),
        Reference(child: "conversations", column: "contact_id", parent: "contacts", onDelete: ""),
        Reference(
            child: "messages",
            column: "conversation_id",
            parent: "conversations",
            onDelete: " ON DELETE CASCADE"
        ),
        Reference(child: "call_logs", column: "contact_id", parent: "contacts", onDelete: ""),
    ]

    /// Tables that are referred to, in the order of their names.
    static var parents: [String] { Set(all.map(\.parent)).sorted() }
}
