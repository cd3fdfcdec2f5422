internal import MartletCore

/// The triggers that count for a parent that is new, or has become another.
struct SQLiteParentTriggers {
    let shape: SQLiteCounterShape

    var all: [SQLiteSchemaObject] {
        guard let parent = shape.parent else { return [] }
        let names = parent.keyAliases.map { Identifier($0).quoted }.joined(separator: ", ")
        let of = parent.key.contains(where: \.isGenerated) ? "" : " OF \(names)"
        return [
            .trigger("martlet_parent_\(shape.name)", "AFTER INSERT ON \(parent.table.quoted)", [count(parent)]),
            .trigger(
                "martlet_rename_\(shape.name)",
                "AFTER UPDATE\(of) ON \(parent.table.quoted)",
                [count(parent)]
            ),
        ]
    }

    private func count(_ parent: SQLiteCounterShape.Parent) -> String {
        let key = parent.key.map { "NEW.\($0.quoted)" }
        let truth =
            "(SELECT \(shape.aggregate) FROM \(shape.table.quoted) "
            + "WHERE \(SQLiteCounterShape.same(shape.key.map(\.quoted), key, by: "="))\(shape.restriction("AND")))"
        return "UPDATE \(parent.table.quoted) SET \(parent.column.quoted) = \(truth) "
            + "WHERE \(SQLiteCounterShape.same(parent.key.map(\.quoted), key, by: "="));"
    }
}
