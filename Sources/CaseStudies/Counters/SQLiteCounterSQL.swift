import MartletCore

/// The counters of a set as a migration for SQLite.
///
/// Row triggers. There is one writer at a time, so one slot for each total is enough. Rows that REPLACE removes are
/// seen only under `PRAGMA recursive_triggers = ON` (https://www.sqlite.org/lang_conflict.html).
struct SQLiteCounterSQL: Sendable {
    let counters: CounterSet

    var migration: MigrationPlan {
        MigrationPlan(
            name: counters.name,
            summary: counters.summary,
            up: [
                MigrationStep(
                    sql: ([fill] + triggers.map(\.sql)).joined(separator: "\n"),
                    lock: "the write lock while every counted table is read once; readers go on"
                )
            ],
            down: [
                MigrationStep(
                    sql: (triggers.map { "DROP TRIGGER \($0.name);" } + [clear]).joined(separator: "\n"),
                    lock: "the write lock while every row of \(counters.parentCount.parent) is updated; readers go on"
                )
            ],
            verify: counters.verification + [triggersExist]
        )
    }

    private var fill: String {
        let count = counters.parentCount
        let totals = counters.totals.map { total in
            "SELECT '\(total.key)', 0, (SELECT count(*) FROM \(total.table.quoted))"
        }
        return """
            DELETE FROM \(counters.statistics.quoted) WHERE stat_key IN (\(counters.keyList));
            INSERT INTO \(counters.statistics.quoted) (stat_key, stripe, value)
            \(totals.joined(separator: " UNION ALL "));
            UPDATE \(count.parent.quoted) SET \(count.countColumn) = 0;
            UPDATE \(count.parent.quoted) SET \(count.countColumn) = live.children
            FROM (SELECT \(count.parentColumn) AS id, count(*) AS children FROM \(count.child.quoted)
                  WHERE \(count.deletedColumn) IS NULL GROUP BY \(count.parentColumn)) AS live
            WHERE live.id = \(Identifier(count.parent.name).quoted).id;
            """
    }

    private var clear: String {
        let count = counters.parentCount
        return """
            DELETE FROM \(counters.statistics.quoted) WHERE stat_key IN (\(counters.keyList));
            UPDATE \(count.parent.quoted) SET \(count.countColumn) = NULL WHERE \(count.countColumn) IS NOT NULL;
            """
    }

    private var triggers: [(name: String, sql: String)] {
        counters.totals.flatMap { total in
            [("insert", "+"), ("delete", "-")]
                .map { event, sign in
                    trigger(
                        "count_\(total.key)_\(event)",
                        "AFTER \(event.uppercased()) ON \(Identifier(total.table.name).quoted)",
                        """
                        UPDATE \(Identifier(counters.statistics.name).quoted)
                          SET value = value \(sign) 1, updated_at = \(counters.now)
                          WHERE stat_key = '\(total.key)' AND stripe = 0;
                        """
                    )
                }
        } + parentTriggers
    }

    private var parentTriggers: [(name: String, sql: String)] {
        let count = counters.parentCount
        let child = Identifier(count.child.name).quoted
        let parent = Identifier(count.parent.name).quoted
        let column = count.countColumn
        func move(_ row: String, _ sign: String) -> String {
            """
            UPDATE \(parent) SET \(column) = \(column) \(sign) 1
              WHERE id = \(row).\(count.parentColumn) AND \(row).\(count.deletedColumn) IS NULL;
            """
        }
        let changed = "UPDATE OF \(count.parentColumn), \(count.deletedColumn)"
        return [
            trigger("count_\(column)_insert", "AFTER INSERT ON \(child)", move("NEW", "+")),
            trigger("count_\(column)_delete", "AFTER DELETE ON \(child)", move("OLD", "-")),
            trigger(
                "count_\(column)_update",
                "AFTER \(changed) ON \(child)",
                move("NEW", "+") + "\n  " + move("OLD", "-")
            ),
            trigger(
                "count_\(column)_begin",
                "AFTER INSERT ON \(parent) WHEN NEW.\(column) IS NULL",
                "UPDATE \(parent) SET \(column) = 0 WHERE id = NEW.id;"
            ),
        ]
    }

    private func trigger(_ name: String, _ event: String, _ body: String) -> (name: String, sql: String) {
        (name, "CREATE TRIGGER \(name) \(event) BEGIN\n  \(body)\nEND;")
    }

    private var triggersExist: String {
        let names = triggers.map { "'\($0.name)'" }.joined(separator: ", ")
        return """
            SELECT count(*) = \(triggers.count) FROM sqlite_schema WHERE type = 'trigger' AND name IN (\(names))
            """
    }
}
