import MartletCore

/// One thing that keeps triggers from seeing all writes.
struct PostgresCounterGap: Sendable {
    /// What the catalog shows.
    enum Kind: String, Sendable {
        case missing, disabled, detached, foreign, inherits, unreferenced
    }

    let kind: Kind
    /// The table, quoted and with its schema where that is needed.
    let relation: String
    let event: PostgresCounterTriggerSQL.Event?

    /// Reads a row of `PostgresCounterGapsSQL.gaps`.
    init(_ row: Row) throws {
        kind = Kind(rawValue: try row.decode(String.self, "gap")) ?? .missing
        relation = try row.decode(String.self, "relation")
        event = PostgresCounterTriggerSQL.Event(rawValue: try row.decode(String.self, "event"))
    }

    /// Whether it is a trigger of the parent that keeps the numbers.
    var isOfParent: Bool { event.map(PostgresCounterTriggerSQL.Event.parents.contains) ?? false }

    /// The statement that closes it, if there is one.
    func remedy(_ counter: PostgresCounter) -> String? {
        guard let event else { return nil }
        let trigger = counter.trigger(event.rawValue)
        return switch kind {
        case .missing: PostgresCounterTriggerSQL(counter: counter).trigger(event, on: relation)
        case .disabled: "ALTER TABLE \(relation) ENABLE TRIGGER \(trigger)"
        case .detached: "DROP TRIGGER IF EXISTS \(trigger) ON \(relation)"
        case .foreign, .inherits, .unreferenced: nil
        }
    }

    /// For people.
    func description(_ counter: PostgresCounter) -> String {
        let trigger = counter.trigger(event?.rawValue ?? "")
        return switch kind {
        case .missing: "\(relation) has no trigger \(trigger); install the counter again"
        case .disabled: "the trigger \(trigger) of \(relation) is disabled; install the counter again"
        case .detached:
            "\(relation) is no longer a partition, but has the trigger \(trigger); install the counter again"
        case .foreign: "\(relation) is a foreign table, whose rows change without a trigger"
        case .unreferenced:
            "\(counter.table) has no valid foreign key to \(relation) that is not deferrable: a row may be missed that "
                + "comes before its parent"
        case .inherits: "\(relation) inherits from \(counter.table), and its rows change unseen"
        }
    }
}
