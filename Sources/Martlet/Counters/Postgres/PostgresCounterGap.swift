import MartletCore

/// One thing that keeps triggers from seeing all writes.
struct PostgresCounterGap: Sendable {
    /// What the catalog shows.
    enum Kind: String, Sendable {
        case missing, disabled, detached, foreign, inherits, unreferenced

        /// With one of these no number stays right until the counter is installed again.
        static let countingWrong: [Kind] = [.missing, .disabled, .detached]
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

    /// Whether no number stays right until the counter is installed again.
    var countsWrong: Bool { Kind.countingWrong.contains(kind) }

    /// What is locked together with it: a parent that is the counted table has its triggers apart, and later.
    var step: String { relation + (isOfParent ? " of parent" : "") }

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

    /// For people, with what to do about it.
    func description(_ counter: PostgresCounter) -> String {
        fault(counter) + (event == nil ? "" : "; install the counter again")
    }

    /// For people.
    func fault(_ counter: PostgresCounter) -> String {
        let trigger = counter.trigger(event?.rawValue ?? "")
        return switch kind {
        case .missing: "\(relation) has no trigger \(trigger)"
        case .disabled: "the trigger \(trigger) of \(relation) is disabled"
        case .detached: "\(relation) is no longer a partition, but has the trigger \(trigger)"
        case .foreign: "\(relation) is a foreign table, whose rows change without a trigger"
        case .unreferenced:
            "\(counter.table) has no valid foreign key to \(relation) that is not deferrable: a row may be missed that "
                + "comes before its parent"
        case .inherits: "\(relation) inherits from \(counter.table), and its rows change unseen"
        }
    }
}
