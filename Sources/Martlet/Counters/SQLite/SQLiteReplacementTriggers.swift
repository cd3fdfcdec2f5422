internal import MartletCore

/// The triggers that see what REPLACE takes away.
///
/// REPLACE deletes the rows in its way without firing delete triggers, unless `recursive_triggers` is on
/// (https://www.sqlite.org/lang_conflict.html). So before a row comes or its unique columns change, the rows that are
/// in its way are noted together with what they count. Afterwards those that are gone, which no delete trigger has
/// struck from the notes, were replaced. Where the statement ended otherwise (IGNORE, an upsert, FAIL) nothing is gone
/// and the notes mean nothing.
struct SQLiteReplacementTriggers {
    let shape: SQLiteCounterShape
    private var table: SQLiteCountedTable { shape.table }

    /// Notes that stay behind when new ones are made.
    ///
    /// They are those of statements around this one, in triggers of the
    /// application. Each statement has one for each unique key at most; none is read at more cost than this.
    private static let notesKept = 64

    var all: [SQLiteSchemaObject] { [applied] + updates + inserts + struck }

    /// Strikes a row from the notes before it goes or becomes another.
    ///
    /// Afterwards would be too late: a foreign key within the table changes other rows before the delete triggers run,
    /// and a note of an earlier statement would seem to be of a row that was replaced.
    private var struck: [SQLiteSchemaObject] {
        let strike = ["DELETE FROM \(shape.doomed) WHERE \(isNoted("OLD"));"]
        let aliases = table.identityAliases.map { Identifier($0).quoted }.joined(separator: ", ")
        return [
            trigger("delete_noted", "BEFORE DELETE ON \(table.quoted) WHEN \(hasNotes)", strike),
            trigger(
                "move_noted",
                "BEFORE UPDATE OF \(aliases) ON \(table.quoted) WHEN \(hasNotes) AND (\(isMoved))",
                strike
            ),
        ]
    }

    private var isMoved: String {
        table.identity.map { "OLD.\($0.quoted) IS NOT NEW.\($0.quoted)" }.joined(separator: " OR ")
    }

    private var inserts: [SQLiteSchemaObject] {
        let found = conflicts(excluding: nil)
        let stale = table.hasStableIdentity ? [] : ["EXISTS (SELECT 1 FROM \(shape.doomed))"]
        let condition = (stale + found.map { "EXISTS (SELECT 1 FROM \(table.quoted) WHERE \($0))" })
            .joined(separator: " OR ")
        return [
            trigger("replace", "BEFORE INSERT ON \(table.quoted) WHEN \(condition)", note(found)),
            trigger(
                "replace_done",
                "AFTER INSERT ON \(table.quoted) WHEN \(hasNotes)",
                [
                    "UPDATE \(shape.doomed) SET gone = 1 WHERE \(isGone) OR \(isNoted("NEW"));"
                ]
            ),
        ]
    }

    private var updates: [SQLiteSchemaObject] {
        let found = conflicts(excluding: "OLD")
        let condition = found.map { "EXISTS (SELECT 1 FROM \(table.quoted) WHERE \($0))" }.joined(separator: " OR ")
        return [
            trigger("displace", "BEFORE UPDATE\(uniqueColumns) ON \(table.quoted) WHEN \(condition)", note(found)),
            trigger(
                "displace_done",
                "AFTER UPDATE\(uniqueColumns) ON \(table.quoted) WHEN \(hasNotes)",
                [
                    "UPDATE \(shape.doomed) SET gone = 1 WHERE \(isGone) OR (\(isNoted("NEW")) AND (\(isMoved)));"
                ]
            ),
        ]
    }

    /// Takes from the number what a row counted that is gone.
    private var applied: SQLiteSchemaObject {
        let taken = SQLiteNumberChange(shape: shape)
            .statements(sign: "-", weight: "OLD.n", isGuarded: true, key: shape.keyNames.map { "OLD.\($0)" })
        return trigger(
            "gone",
            "AFTER UPDATE OF gone ON \(shape.doomed)",
            taken + ["DELETE FROM \(shape.doomed) WHERE seq = OLD.seq;"]
        )
    }

    private func note(_ found: [String]) -> [String] {
        let names = (shape.identityNames + shape.keyNames + ["n"]).joined(separator: ", ")
        let values = (table.identity.map(\.quoted) + shape.key.map(\.quoted) + [shape.weight]).joined(separator: ", ")
        let forget =
            table.hasStableIdentity
            ? " WHERE seq <= (SELECT max(seq) FROM \(shape.doomed)) - \(Self.notesKept)" : ""
        // UNION would compare whole rows; a row that is in the way twice is left out by what was noted before it.
        return ["DELETE FROM \(shape.doomed)\(forget);"]
            + found.flatMap { conflict in
                [
                    "DELETE FROM \(shape.doomed) WHERE EXISTS (SELECT 1 FROM \(table.quoted) "
                        + "WHERE \(isRow()) AND \(conflict));",
                    "INSERT INTO \(shape.doomed) (\(names)) SELECT \(values) FROM \(table.quoted) WHERE \(conflict);",
                ]
            }
    }

    private var hasNotes: String { "EXISTS (SELECT 1 FROM \(shape.doomed))" }

    private var isGone: String { "NOT EXISTS (SELECT 1 FROM \(table.quoted) WHERE \(isRow()))" }

    /// Whether the row of the counted table is the noted one.
    private func isRow() -> String {
        SQLiteCounterShape.same(
            table.identity.map { "\(table.quoted).\($0.quoted)" },
            shape.identityNames.map { "\(shape.doomed).\($0)" },
            by: "="
        )
    }

    private func isNoted(_ row: String) -> String {
        SQLiteCounterShape.same(shape.identityNames, table.identity.map { "\(row).\($0.quoted)" })
    }

    private func trigger(_ event: String, _ head: String, _ body: [String]) -> SQLiteSchemaObject {
        .trigger("martlet_\(event)_\(shape.name)", head, body)
    }
}

extension SQLiteReplacementTriggers {
    /// For each unique key the condition that finds the rows which NEW cannot stand beside, or some more.
    private func conflicts(excluding row: String?) -> [String] {
        let others = row.map { row in
            " AND NOT (\(SQLiteCounterShape.same(table.identity.map(\.quoted), identity(row), by: "=")))"
        }
        let same = SQLiteCounterShape.same(table.identity.map(\.quoted), identity("NEW"), by: "=")
        return ([same] + table.uniqueKeys.map(conflict)).map { "(\($0))\(others ?? "")" }
    }

    private func identity(_ row: String) -> [String] {
        table.identity.map { "\(row).\($0.quoted)" }
    }

    private func conflict(_ key: SQLiteCountedTable.UniqueKey) -> String {
        let terms = key.terms.map { term in
            "\(term.expression) = \(incoming(term)) COLLATE \(Identifier(term.collation).quoted)"
        }
        // With its condition SQLite can use the partial index.
        return (terms + (key.predicate.map { ["(\($0))"] } ?? [])).joined(separator: " AND ")
    }

    private func incoming(_ term: SQLiteCountedTable.UniqueKey.Term) -> String {
        guard let name = term.column else {
            let columns = table.columns.map { "\(incoming($0.name)) AS \($0.quoted)" }.joined(separator: ", ")
            return "(SELECT \(term.expression) FROM (SELECT \(columns)) AS \(table.quoted))"
        }
        return incoming(name)
    }

    /// The value of a column of NEW; NOT NULL ON CONFLICT REPLACE puts the default in the place of NULL.
    private func incoming(_ name: String) -> String {
        let value = "NEW.\(Identifier(name).quoted)"
        guard let column = table.column(name), column.isNotNull, let text = column.defaultText else { return value }
        return "coalesce(\(value), (\(text)))"
    }

    private var uniqueColumns: String {
        let terms = table.uniqueKeys.flatMap(\.terms)
        let named = terms.compactMap(\.column)
        let hasMore =
            terms.contains { $0.column == nil }
            || named.contains { table.column($0)?.isGenerated == true }
            || table.uniqueKeys.contains { $0.predicate != nil }
        guard !hasMore else { return "" }
        var names: [String] = []
        for name in table.identityAliases + named where !names.contains(where: { $0.lowercased() == name.lowercased() })
        {
            names.append(name)
        }
        return " OF " + names.map { Identifier($0).quoted }.joined(separator: ", ")
    }
}
