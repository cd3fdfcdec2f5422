import MartletCore

/// The counters of a set as a migration for PostgreSQL.
///
/// Statement triggers with transition tables. A writer at READ COMMITTED adds to any slot of its total that nobody has
/// locked, or makes a new one, so writers never wait for one another; at REPEATABLE READ and SERIALIZABLE, where an
/// update of a row that another changed would fail, it always makes a new one. The count in the parent's row is one
/// row for all writers of that parent: they wait for one another, as they must if it is to be a limit.
///
/// What triggers cannot see: `session_replication_role = replica`, ATTACH PARTITION, restores of data only.
struct PostgresCounterSQL: Sendable {
    let counters: CounterSet

    /// Parents that are counted in one batch of the first fill.
    ///
    /// Their writers wait while it lasts; a batch reads the children once if they have no index, so batches must not be
    /// small.
    private static let fillBatch = 5_000

    var migration: MigrationPlan {
        MigrationPlan(
            name: counters.name,
            summary: counters.summary,
            up: [createFunctions] + createTriggers + [beginParents, fillTotals, fillParents],
            down: dropTriggers + [endParents, dropFunctions],
            verify: counters.verification + [triggersAreEnabled]
        )
    }

    private var schema: String { Identifier(counters.statistics.schema).quoted }
    private var slots: String { "\(schema).\(Identifier(counters.statistics.name + "_slot").quoted)" }
    private var addFunction: String { "\(schema).\(Identifier(counters.statistics.name + "_add").quoted)" }
    private var totalFunction: String { "\(schema).\(Identifier(counters.statistics.name + "_count").quoted)" }
    private var parentFunction: String {
        "\(schema).\(Identifier("\(counters.parentCount.parent.name)_\(counters.parentCount.countColumn)").quoted)"
    }

    // MARK: Steps

    private var createFunctions: MigrationStep {
        MigrationStep(
            sql: [
                "CREATE SEQUENCE \(slots) AS smallint MINVALUE 1 CYCLE;", addFunctionSQL, totalFunctionSQL,
                parentFunctionSQL,
            ]
            .joined(separator: "\n"),
            lock: "none that blocks reads or writes"
        )
    }

    /// A step and so a transaction for each table: whoever waits for one lock holds no other, so none of them can
    /// become part of a deadlock.
    private var createTriggers: [MigrationStep] {
        tables.map { table in
            MigrationStep(
                sql: triggers.filter { $0.table == table }.map(createTrigger).joined(separator: "\n"),
                lock: "SHARE ROW EXCLUSIVE on \(table): waits for transactions that write to it, then blocks its "
                    + "writers for milliseconds"
            )
        }
    }

    /// Counts that someone left there before are not believed.
    private var beginParents: MigrationStep {
        let count = counters.parentCount
        return MigrationStep(
            sql: """
                ALTER TABLE \(count.parent.quoted) ALTER COLUMN \(count.countColumn) SET DEFAULT 0;
                UPDATE \(count.parent.quoted) SET \(count.countColumn) = NULL WHERE \(count.countColumn) IS NOT NULL;
                """,
            lock: "ACCESS EXCLUSIVE on \(count.parent): waits for transactions that use it, then blocks them while it "
                + "is read once"
        )
    }

    /// The true count less the slots that are visible, in one statement and so in one snapshot: a writer is in both or
    /// in neither, because the triggers were there before the snapshot.
    private var fillTotals: MigrationStep {
        let counts = counters.totals.map { total in
            "SELECT '\(total.key)' AS stat_key, (SELECT count(*) FROM \(total.table.quoted)) AS rows"
        }
        return MigrationStep(
            sql: """
                INSERT INTO \(counters.statistics.quoted) (stat_key, stripe, value)
                SELECT stat_key, nextval('\(slots)'), rows - coalesce(
                  (SELECT sum(value) FROM \(counters.statistics.quoted) AS slot
                   WHERE slot.stat_key = counted.stat_key), 0)
                FROM (\(counts.joined(separator: " UNION ALL "))) AS counted
                """,
            lock: "none that blocks reads or writes; reads every counted table once"
        )
    }

    /// Each batch locks its parents first and counts in a snapshot taken afterwards: whoever added a child before has
    /// committed and is seen, whoever adds one later waits for the lock and adds to the count that was filled in.
    ///
    /// It waits for a lock only while it holds none: for the last parents, one at a time. So it cannot deadlock.
    private var fillParents: MigrationStep {
        let count = counters.parentCount
        return MigrationStep(
            sql: """
                DO $fill$
                DECLARE batch bigint[];
                BEGIN
                  LOOP
                    SELECT array_agg(id) INTO batch FROM (
                      SELECT id FROM \(count.parent.quoted) WHERE \(count.countColumn) IS NULL
                      ORDER BY id LIMIT \(Self.fillBatch) FOR NO KEY UPDATE SKIP LOCKED) AS locked;
                    IF batch IS NULL THEN
                      SELECT array_agg(id) INTO batch FROM (
                        SELECT id FROM \(count.parent.quoted) WHERE \(count.countColumn) IS NULL
                        LIMIT 1 FOR NO KEY UPDATE) AS locked;
                    END IF;
                    EXIT WHEN batch IS NULL;
                    UPDATE \(count.parent.quoted) AS parent SET \(count.countColumn) = coalesce(live.children, 0)
                    FROM unnest(batch) AS member(id) LEFT JOIN (
                      SELECT \(count.parentColumn) AS id, count(*) AS children FROM \(count.child.quoted)
                      WHERE \(count.parentColumn) = ANY (batch) AND \(count.deletedColumn) IS NULL
                      GROUP BY \(count.parentColumn)) AS live ON live.id = member.id
                    WHERE parent.id = member.id;
                    COMMIT;
                  END LOOP;
                END $fill$
                """,
            isTransactional: false,
            lock: "row locks on \(Self.fillBatch) rows of \(count.parent) at a time: their writers wait for the batch"
        )
    }

    private var dropTriggers: [MigrationStep] {
        tables.map { table in
            MigrationStep(
                sql: triggers.filter { $0.table == table }.map { "DROP TRIGGER \($0.name) ON \($0.table.quoted);" }
                    .joined(separator: "\n"),
                lock: "ACCESS EXCLUSIVE on \(table): waits for transactions that use it, then blocks them for "
                    + "milliseconds"
            )
        }
    }

    private var endParents: MigrationStep {
        let count = counters.parentCount
        return MigrationStep(
            sql: """
                ALTER TABLE \(count.parent.quoted) ALTER COLUMN \(count.countColumn) DROP DEFAULT;
                UPDATE \(count.parent.quoted) SET \(count.countColumn) = NULL WHERE \(count.countColumn) IS NOT NULL;
                """,
            lock: "ACCESS EXCLUSIVE on \(count.parent) while each of its rows is updated"
        )
    }

    private var dropFunctions: MigrationStep {
        MigrationStep(
            sql: """
                DROP FUNCTION \(parentFunction)(), \(totalFunction)(), \(addFunction)(text, bigint);
                DROP SEQUENCE \(slots);
                DELETE FROM \(counters.statistics.quoted) WHERE stat_key IN (\(counters.keyList));
                """,
            lock: "none that blocks reads or writes of the counted tables"
        )
    }

    // MARK: Functions

    private var addFunctionSQL: String {
        let statistics = counters.statistics.quoted
        return """
            CREATE FUNCTION \(addFunction)(counted text, delta bigint) RETURNS void LANGUAGE plpgsql AS $body$
            DECLARE slot smallint;
            BEGIN
              IF delta = 0 THEN RETURN; END IF;
              IF current_setting('transaction_isolation') IN ('read committed', 'read uncommitted') THEN
                SELECT stripe INTO slot FROM \(statistics) WHERE stat_key = counted
                LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED;
                IF FOUND THEN
                  UPDATE \(statistics) SET value = value + delta, updated_at = now()
                  WHERE stat_key = counted AND stripe = slot;
                  RETURN;
                END IF;
              END IF;
              INSERT INTO \(statistics) AS taken (stat_key, stripe, value) VALUES (counted, nextval('\(slots)'), delta)
              ON CONFLICT (stat_key, stripe) DO UPDATE SET value = taken.value + excluded.value, updated_at = now();
            END $body$;
            """
    }

    private var totalFunctionSQL: String {
        """
        CREATE FUNCTION \(totalFunction)() RETURNS trigger LANGUAGE plpgsql AS $body$
        DECLARE delta bigint;
        BEGIN
          IF TG_OP = 'INSERT' THEN
            SELECT count(*) INTO delta FROM new_rows;
          ELSIF TG_OP = 'DELETE' THEN
            SELECT -count(*) INTO delta FROM old_rows;
          ELSE
            -- TRUNCATE holds off all writers, so every slot is visible.
            SELECT -coalesce(sum(value), 0) INTO delta FROM \(counters.statistics.quoted) WHERE stat_key = TG_ARGV[0];
          END IF;
          PERFORM \(addFunction)(TG_ARGV[0], delta);
          RETURN NULL;
        END $body$;
        """
    }

    /// Parents are updated in the order of their keys, so that two statements never wait for each other.
    private var parentFunctionSQL: String {
        let count = counters.parentCount
        let parent = count.parent.quoted
        let column = count.countColumn
        let update = """
            LOOP
                  UPDATE \(parent) SET \(column) = \(column) + moved.delta WHERE id = moved.id;
                END LOOP;
            """
        let added = "SELECT \(count.parentColumn) AS id, 1 AS step FROM new_rows WHERE \(count.deletedColumn) IS NULL"
        let removed =
            "SELECT \(count.parentColumn) AS id, -1 AS step FROM old_rows WHERE \(count.deletedColumn) IS NULL"
        func changes(_ steps: String) -> String {
            """
            FOR moved IN SELECT id, sum(step) AS delta FROM (\(steps)) AS steps
                  GROUP BY id HAVING sum(step) <> 0 ORDER BY id \(update)
            """
        }
        return """
            CREATE FUNCTION \(parentFunction)() RETURNS trigger LANGUAGE plpgsql AS $body$
            DECLARE moved record;
            BEGIN
              IF TG_OP = 'INSERT' THEN
                \(changes(added))
              ELSIF TG_OP = 'DELETE' THEN
                \(changes(removed))
              ELSIF TG_OP = 'UPDATE' THEN
                \(changes("\(added) UNION ALL \(removed)"))
              ELSE
                UPDATE \(parent) SET \(column) = 0 WHERE \(column) <> 0;
              END IF;
              RETURN NULL;
            END $body$;
            """
    }

    // MARK: Triggers

    private struct Trigger {
        var name: String
        var table: QualifiedName
        var event: String
        var function: String
    }

    private var triggers: [Trigger] {
        let totals = counters.totals.flatMap { total in
            ["INSERT", "DELETE", "TRUNCATE"]
                .map { event in
                    Trigger(
                        name: "count_\(total.key)_\(event.lowercased())",
                        table: total.table,
                        event: event,
                        function: "\(totalFunction)('\(total.key)')"
                    )
                }
        }
        let parents = ["INSERT", "UPDATE", "DELETE", "TRUNCATE"]
            .map { event in
                Trigger(
                    name: "count_\(counters.parentCount.countColumn)_\(event.lowercased())",
                    table: counters.parentCount.child,
                    event: event,
                    function: "\(parentFunction)()"
                )
            }
        return totals + parents
    }

    private var tables: [QualifiedName] {
        Set(triggers.map(\.table)).sorted()
    }

    private func createTrigger(_ trigger: Trigger) -> String {
        let references =
            switch trigger.event {
            case "INSERT": "REFERENCING NEW TABLE AS new_rows "
            case "UPDATE": "REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows "
            case "DELETE": "REFERENCING OLD TABLE AS old_rows "
            default: ""
            }
        return """
            CREATE TRIGGER \(trigger.name) AFTER \(trigger.event) ON \(trigger.table.quoted) \(references)
            FOR EACH STATEMENT EXECUTE FUNCTION \(trigger.function);
            """
    }

    private var triggersAreEnabled: String {
        let names = triggers.map { "('\($0.table.quoted)'::regclass, '\($0.name)')" }.joined(separator: ", ")
        return """
            SELECT count(*) = \(triggers.count) FROM pg_trigger
            WHERE (tgrelid, tgname) IN (\(names)) AND tgenabled IN ('O', 'A')
            """
    }
}
