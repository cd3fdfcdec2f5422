internal import MartletCore

/// The triggers that count rows as they come, go and change.
///
/// Without upserts and conflict clauses: those of the statement outside would take their place
/// (https://www.sqlite.org/lang_createtrigger.html).
struct SQLiteChangeTriggers {
    let shape: SQLiteCounterShape

    var all: [SQLiteSchemaObject] { [insert, delete] + update }

    private var insert: SQLiteSchemaObject {
        trigger("insert", "AFTER INSERT ON \(shape.table.quoted)\(filter("NEW"))", change("NEW", sign: "+"))
    }

    private var delete: SQLiteSchemaObject {
        trigger(
            "delete",
            "AFTER DELETE ON \(shape.table.quoted)\(filter("OLD"))",
            change("OLD", sign: "-")
        )
    }

    private var update: [SQLiteSchemaObject] {
        let columns = shape.table.columns.filter { shape.key.contains($0) || shape.weightColumns.contains($0) }
        guard !columns.isEmpty else { return [] }
        let names = Set(columns.map { $0.name.lowercased() })
        let identity = Set(shape.table.identityAliases.map { $0.lowercased() })
        let others = names.isDisjoint(with: identity) ? [] : shape.table.identityAliases
        let list = (columns.map(\.name) + others.filter { !names.contains($0.lowercased()) })
            .map { Identifier($0).quoted }.joined(separator: ", ")
        // A generated column changes without being named.
        let of = columns.contains(where: \.isGenerated) ? "" : " OF \(list)"
        var changes = shape.key.map { "OLD.\($0.quoted) IS NOT NEW.\($0.quoted)" }
        if shape.isDirect, !shape.countsEveryRow {
            changes.append("(\(shape.weight(over: "OLD"))) IS NOT (\(shape.weight(over: "NEW")))")
        }
        let condition = shape.isDirect ? " WHEN \(changes.joined(separator: " OR "))" : ""
        let noted = zip(shape.keyNames, shape.key).map { "\($0) = NEW.\($1.quoted)" } + ["n = \(weight("NEW"))"]
        return [
            trigger(
                "update",
                "AFTER UPDATE\(of) ON \(shape.table.quoted)\(condition)",
                change("OLD", sign: "-", isGuarded: true) + change("NEW", sign: "+", isGuarded: true) + [
                    "UPDATE \(shape.doomed) SET \(noted.joined(separator: ", ")) WHERE \(isNoted("OLD"));"
                ]
            )
        ]
    }

    /// WHEN the row counts at all.
    private func filter(_ row: String) -> String {
        shape.isDirect && !shape.countsEveryRow ? " WHEN (\(shape.weight(over: row))) <> 0" : ""
    }

    private func isNoted(_ row: String) -> String {
        SQLiteCounterShape.same(shape.identityNames, shape.table.identity.map { "\(row).\($0.quoted)" })
    }

    /// What a row counts, once `change` has prepared it.
    private func weight(_ row: String) -> String {
        guard shape.isDirect else { return "(SELECT martlet_weight FROM \(shape.scratch))" }
        return shape.countsEveryRow ? "1" : "(\(shape.weight(over: row)))"
    }

    private func change(_ row: String, sign: String, isGuarded: Bool = false) -> [String] {
        let weight = isGuarded || !shape.isDirect || shape.sum != nil ? weight(row) : "1"
        return prepare(row)
            + SQLiteNumberChange(shape: shape)
            .statements(
                sign: sign,
                weight: weight,
                isGuarded: weight != "1",
                key: shape.key.map { "\(row).\($0.quoted)" }
            )
    }

    /// Puts the row where its columns have their affinities, and weighs it there.
    private func prepare(_ row: String) -> [String] {
        guard !shape.isDirect else { return [] }
        let columns = shape.weightColumns
        let names = columns.map(\.quoted).joined(separator: ", ")
        let values = columns.map { "\(row).\($0.quoted)" }.joined(separator: ", ")
        return [
            "DELETE FROM \(shape.scratch);",
            "INSERT INTO \(shape.scratch) (\(names)) VALUES (\(values));",
            "UPDATE \(shape.scratch) SET martlet_weight = (SELECT \(shape.weight) "
                + "FROM \(shape.scratch) AS \(shape.table.quoted));",
        ]
    }

    private func trigger(_ event: String, _ head: String, _ body: [String]) -> SQLiteSchemaObject {
        .trigger("martlet_\(event)_\(shape.name)", head, body)
    }
}

extension SQLiteSchemaObject {
    /// A trigger of several statements.
    static func trigger(_ name: String, _ head: String, _ body: [String]) -> SQLiteSchemaObject {
        .init(
            kind: .trigger,
            name: name,
            sql: "CREATE TRIGGER \(name) \(head) BEGIN\n  \(body.joined(separator: "\n  "))\nEND"
        )
    }
}
