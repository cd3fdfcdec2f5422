import MartletCore

/// Names of the wallet messenger's tables, and the little in which its SQL differs between the dialects.
struct DchatTables: Sendable {
    let dialect: Dialect
    let users: QualifiedName
    let messages: QualifiedName
    let groups: QualifiedName
    let members: QualifiedName

    init(_ dialect: Dialect) {
        let study = DchatCaseStudy()
        self.dialect = dialect
        users = study.table("users", in: dialect)
        messages = study.table("messages", in: dialect)
        groups = study.table("groups", in: dialect)
        members = study.table("group_members", in: dialect)
    }

    /// The two users of a message, the smaller number first: the same for both directions of a conversation.
    var pair: (lower: String, higher: String) {
        switch dialect {
        case .postgres: ("least(sender_id, receiver_id)", "greatest(sender_id, receiver_id)")
        case .sqlite: ("min(sender_id, receiver_id)", "max(sender_id, receiver_id)")
        }
    }

    /// The name as it is looked for, in the order of its bytes, which both dialects can search by its beginning.
    var searchableName: String {
        dialect == .postgres ? #"(lower(name) COLLATE "C")"# : "lower(name)"
    }
}
