internal import MartletCore

/// A counter's SQL as scripts, for plans and for people.
struct SQLiteCounterScript {
    let shape: SQLiteCounterShape

    var installation: String {
        let start = shape.parent == nil && shape.key.isEmpty ? "\nINSERT INTO \(shape.numbers) VALUES (1, 0);" : ""
        let objects = SQLiteCounterObjects(shape: shape).all.map { $0.sql + ";" }.joined(separator: "\n")
        return "\(SQLiteCounterRegistry.create)\n\(objects)\(start)\n"
            + SQLiteCounterRegistry.insertion(shape)
    }

    var plan: MigrationPlan {
        let names = SQLiteCounterObjects(shape: shape).all.map { "'\($0.name)'" }
        return MigrationPlan(
            name: "counter-\(shape.name.replacing("_", with: "-"))",
            summary: "Count \(shape.definition.table) by triggers as \(shape.name).",
            up: [
                MigrationStep(
                    sql: installation,
                    lock: "the write lock for as long as triggers are made; readers go on"
                )
            ],
            down: [
                MigrationStep(
                    sql: Self.removal(of: shape.definition.name),
                    lock: "the write lock for as long as tables are dropped; readers go on"
                )
            ],
            verify: [
                "SELECT count(*) = \(names.count) FROM sqlite_schema WHERE name IN (\(names.joined(separator: ", ")))"
            ]
        )
    }

    /// Does within one transaction what is done in many beside writers.
    ///
    /// What is missing is made again first.
    func repair(after restoration: [String]) -> String {
        let change: [String]
        if let parent = shape.parent {
            let truth = SQLiteCounterQueries(shape: shape).truth(of: parent.key.map { "p.\($0.quoted)" })
            let column = parent.column.quoted
            change = [
                "UPDATE \(parent.table.quoted) AS p SET \(column) = (\(truth))\nWHERE p.\(column) IS NOT (\(truth));"
            ]
        } else {
            let key = shape.key.map { "\($0.quoted), " }.joined()
            let grouping = shape.key.isEmpty ? "" : " GROUP BY \(shape.key.map(\.quoted).joined(separator: ", "))"
            change = [
                "DELETE FROM \(shape.numbers);",
                "INSERT INTO \(shape.numbers)\nSELECT \(shape.key.isEmpty ? "1, " : key)\(shape.aggregate) "
                    + "FROM \(shape.table.quoted)\(shape.restriction("WHERE"))\(grouping);",
            ]
        }
        let registry =
            "UPDATE \(SQLiteCounterRegistry.table) SET generation = generation + 1, "
            + "initialised_at = coalesce(initialised_at, \(SQLiteCounterRegistry.now)) WHERE name = '\(shape.name)';"
        return Self.transaction(restoration + change + [registry])
    }

    static func transaction(_ steps: [String]) -> String {
        (["BEGIN IMMEDIATE;"] + steps + ["COMMIT;"]).joined(separator: "\n")
    }

    /// All that a counter may consist of; what is dropped first comes first.
    static func names(of name: CounterName) -> [SQLiteSchemaObject] {
        let triggers = [
            "insert", "delete", "update", "replace", "replace_done", "displace", "displace_done", "gone",
            "delete_noted",
            "move_noted",
            "parent", "rename",
        ]
        let others: [(SQLiteSchemaObject.Kind, String)] = [
            (.view, "martlet_\(name)"), (.index, "martlet_key_\(name)"), (.table, "martlet_counter_\(name)"),
            (.table, "martlet_replaced_\(name)"), (.table, "martlet_row_\(name)"),
        ]
        return triggers.map { .init(kind: .trigger, name: "martlet_\($0)_\(name)", sql: "") }
            + others.map { .init(kind: $0.0, name: $0.1, sql: "") }
    }

    static func removal(of name: CounterName) -> String {
        names(of: name).map(\.drop).joined(separator: "\n")
            + "\nDELETE FROM \(SQLiteCounterRegistry.table) WHERE name = '\(name)';"
    }
}
