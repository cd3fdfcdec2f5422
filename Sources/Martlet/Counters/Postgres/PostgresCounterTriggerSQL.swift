import MartletCore

/// What keeps the deltas of one counter: its table, the functions of its triggers, and the triggers.
///
/// Deltas are only ever added by writers. So nobody waits, nothing fails at REPEATABLE READ or SERIALIZABLE, and
/// savepoints, rollbacks and two-phase commit need no thought.
struct PostgresCounterTriggerSQL: Sendable {
    let counter: PostgresCounter

    /// The events of the triggers, as they are part of their names.
    enum Event: String, Sendable, CaseIterable {
        case insert, update, delete, truncate
        case parentInsert = "parent_insert"
        case parentUpdate = "parent_update"
        case settleInsert = "settle_insert"
        case settleUpdate = "settle_update"

        /// Those of the counted table.
        static let counted: [Event] = [.insert, .update, .delete, .truncate]
        /// Those of a parent that keeps the numbers.
        static let parents: [Event] = [.parentInsert, .parentUpdate, .settleInsert, .settleUpdate]
    }

    /// One delta in this many folds its key: a key has about as many of them between two foldings.
    private static let foldingChance = 64
    /// Rows of a statement that become deltas without being grouped; more than one, so that one row is known to be all.
    private static let plainRowsMax = 2

    /// The table of deltas and its index.
    var slotStatements: [String] {
        guard counter.parent == nil else { return [] }
        let check = counter.amount == nil ? "" : " CHECK (n NOT IN ('NaN', 'Infinity', '-Infinity'))"
        return [
            """
            CREATE \(counter.isUnlogged ? "UNLOGGED " : "")TABLE IF NOT EXISTS \(counter.slots) (
              \(counter.slotDeclarations.joined(separator: ",\n  ")),
              n \(counter.numberType) NOT NULL\(check),
              era bigint NOT NULL DEFAULT (pg_catalog.txid_current() >> \(PostgresCounter.eraBits))
            ) WITH (
              autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000,
              autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 20000,
              autovacuum_analyze_scale_factor = 0.5, autovacuum_analyze_threshold = 50000
            )
            """,
            "CREATE INDEX IF NOT EXISTS index_of_\(counter.name) ON \(counter.slots) (\(columns), era)",
            """
            CREATE \(counter.isUnlogged ? "UNLOGGED " : "")TABLE IF NOT EXISTS \(counter.bases) (
              \(counter.slotDeclarations.joined(separator: ",\n  ")),
              era bigint NOT NULL,
              cluster bigint NOT NULL
            ) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000)
            """,
            "CREATE INDEX IF NOT EXISTS index_of_base_\(counter.name) ON \(counter.bases) (\(columns), era)",
            // Folding deletes: without an identity that fails where all tables are published.
            "ALTER TABLE \(counter.slots) REPLICA IDENTITY FULL",
            "ALTER TABLE \(counter.bases) REPLICA IDENTITY FULL",
            "REVOKE ALL ON \(counter.slots), \(counter.bases) FROM PUBLIC",
        ] + PostgresCounterViewSQL(counter: counter).statements
    }

    /// The functions, which nobody else can put on a table of his own to forge numbers.
    var functionStatements: [String] {
        if let ofParent { return ofParent.functionStatements }
        let purposes = PostgresCounter.changeFunctions.filter { !counter.ignoresUpdates || $0 != "updated" }
        return [PostgresCounterFoldingSQL(counter: counter).function]
            + purposes.map(functionOfChange)
            + purposes.map { "REVOKE ALL ON FUNCTION \(counter.function($0))() FROM PUBLIC" }
            + ["REVOKE ALL ON FUNCTION \(counter.function("fold"))(\(types)) FROM PUBLIC"]
            + PostgresCounterKeptSQL(counter: counter).statements
    }

    /// The trigger of an event on the counted table or one of its partitions.
    ///
    /// TRUNCATE of a partitioned table fires the triggers of its partitions, which count what each of them had: the
    /// partitioned table itself needs none.
    func trigger(_ event: Event, on table: String) -> String {
        if Event.parents.contains(event) { return ofParent?.trigger(event, on: table) ?? "" }
        let (timing, tables, function) =
            switch event {
            case .insert: ("AFTER INSERT", "REFERENCING NEW TABLE AS added ", "inserted")
            case .update: ("AFTER UPDATE", "REFERENCING OLD TABLE AS removed NEW TABLE AS added ", "updated")
            case .delete: ("AFTER DELETE", "REFERENCING OLD TABLE AS removed ", "deleted")
            default: ("BEFORE TRUNCATE", "", "truncated")
            }
        return """
            CREATE TRIGGER \(counter.trigger(event.rawValue)) \(timing) ON \(table) \(tables)FOR EACH STATEMENT
            EXECUTE FUNCTION \(counter.function(function))()
            """
    }

    /// The events that count.
    var events: [Event] { Event.counted.filter { !counter.ignoresUpdates || $0 != .update } }

    /// The events that a table needs a trigger for.
    func events(onPartitioned isPartitioned: Bool) -> [Event] {
        events.filter { !isPartitioned || $0 != .truncate }
    }

    /// Takes away the table and the functions.
    var removal: [String] {
        if let ofParent { return ofParent.removal }
        return PostgresCounterViewSQL(counter: counter).removal
            + PostgresCounter.changeFunctions
            .map { "DROP FUNCTION IF EXISTS \(counter.function($0))()" }
            + [
                "DROP FUNCTION IF EXISTS \(counter.function("fold"))(\(types))",
                PostgresCounterKeptSQL(counter: counter).removal,
                "DROP TABLE IF EXISTS \(counter.slots), \(counter.bases)",
            ]
    }

    /// Takes away what holds keys of types that the columns no longer have.
    var replacement: [String] {
        guard counter.parent == nil else { return [] }
        return PostgresCounterViewSQL(counter: counter).removal + [
            "DROP FUNCTION IF EXISTS \(counter.function("fold"))(\(types))",
            "DROP TABLE IF EXISTS \(counter.slots), \(counter.bases)",
        ]
    }

    // MARK: Texts

    private var ofParent: PostgresParentTriggerSQL? {
        counter.parent.map { PostgresParentTriggerSQL(counter: counter, parent: $0) }
    }
    private var columns: String { counter.slotColumns.joined(separator: ", ") }
    private var types: String { counter.slotTypes.joined(separator: ", ") }
    private var keys: String { keyValues.joined(separator: ", ") }
    /// Cast to what they were when the counter was made, which costs nothing where they still are: a column whose type
    /// has been changed is counted on, for as long as its values fit.
    private var keyValues: [String] {
        counter.keys.isEmpty
            ? counter.keyExpressions
            : zip(counter.keyExpressions, counter.slotTypes).map { "CAST(\($0) AS \($1))" }
    }
    private var namedKeys: String {
        zip(keyValues, counter.slotColumns).map { "\($0) AS \($1)" }.joined(separator: ", ")
    }

    private func functionOfChange(_ purpose: String) -> String {
        switch purpose {
        case "inserted": changed(purpose, table: "added", isAdded: true)
        case "deleted": changed(purpose, table: "removed", isAdded: false)
        case "updated": function(purpose, isPinned: counter.filtersSearchPath, moved)
        default: function(purpose, truncated)
        }
    }

    private func function(_ purpose: String, isPinned: Bool = true, _ body: String) -> String {
        """
        CREATE OR REPLACE FUNCTION \(counter.function(purpose))() RETURNS trigger
        LANGUAGE plpgsql \(isPinned ? PostgresCounterReadSQL.pinned : "SECURITY DEFINER") AS $body$
        #variable_conflict use_column
        \(body)
        $body$
        """
    }

    /// Adds the deltas of a statement that only adds or only removes rows: the code that every writer runs.
    ///
    /// Most statements change one row, and aggregation costs as much as the rest of the delta: the first rows are taken
    /// as they are, and what is beyond them is grouped. A transition table is read in one order by all scans of it.
    ///
    /// Setting and resetting a path would cost a third of all this. It is not needed where every name below has its
    /// schema, operators too: whoever writes rows may have made others, and all this runs with its owner's rights. A
    /// transition table hides all others of its name. Sums are not written that way, nor are most conditions.
    /// `RETURN NEW` is NULL in a statement trigger, and no expression to evaluate as `RETURN NULL` is.
    private func changed(_ purpose: String, table: String, isAdded: Bool) -> String {
        let step = isAdded ? counter.step : counter.negativeStep
        let count = isAdded ? "pg_catalog.count(*)" : "OPERATOR(pg_catalog.-) pg_catalog.count(*)"
        let total = counter.amount == nil ? count : "pg_catalog.sum(n)"
        let rows = "SELECT \(namedKeys), \(step) AS n FROM \(table)\(counter.whereClause)"
        return function(
            purpose,
            isPinned: counter.filtersSearchPath,
            """
            DECLARE
              taken bigint;
            BEGIN
              INSERT INTO \(counter.slots) (\(columns), n)
              SELECT \(keys), \(step) FROM \(table)
              WHERE \((counter.filters + [draw(keyValues)]).joined(separator: " AND "))
              LIMIT \(Self.plainRowsMax);
              GET DIAGNOSTICS taken = ROW_COUNT;
              IF taken OPERATOR(pg_catalog.=) \(Self.plainRowsMax)::bigint THEN
                INSERT INTO \(counter.slots) (\(columns), n)
                SELECT \(columns), \(total) FROM (\(rows) OFFSET \(Self.plainRowsMax)) rest
                GROUP BY \(columns) HAVING \(draw(counter.slotColumns));
              END IF;
              RETURN NEW;
            END
            """
        )
    }

    /// A condition that is always true, and now and then folds the deltas of a key.
    ///
    /// As part of the statement it costs next to nothing; a statement of its own in PL/pgSQL would cost a microsecond.
    private func draw(_ keys: [String]) -> String {
        "(pg_catalog.random() OPERATOR(pg_catalog.>=) CAST(\(1 / Double(Self.foldingChance)) AS pg_catalog.float8)"
            + " OR \(counter.function("fold"))(\(keys.joined(separator: ", "))))"
    }

    private var moved: String {
        """
        BEGIN
          IF \(counter.isUnmoved) THEN
            RETURN NEW;
          END IF;
          INSERT INTO \(counter.slots) (\(columns), n)
          SELECT \(columns), pg_catalog.sum(n) FROM (
            SELECT \(namedKeys), \(counter.step) AS n FROM added\(counter.whereClause)
            UNION ALL
            SELECT \(namedKeys), \(counter.negativeStep) FROM removed\(counter.whereClause)
          ) moved GROUP BY \(columns)
          HAVING pg_catalog.sum(n) OPERATOR(pg_catalog.<>) 0 AND \(draw(counter.slotColumns));
          RETURN NEW;
        END
        """
    }

    /// TRUNCATE holds off all others and has done so before this runs: at READ COMMITTED all they did is seen.
    ///
    /// At other levels the snapshot may be older than the lock. Then the deltas go the way of the rows, which is as
    /// little bound to snapshots: https://www.postgresql.org/docs/15/mvcc-caveats.html
    private var truncated: String {
        let partition = """
              RAISE EXCEPTION 'TRUNCATE of % cannot be counted at isolation level %: rows may have come since the '
                'snapshot was taken; use READ COMMITTED, or DELETE', TG_RELID::regclass,
                current_setting('transaction_isolation')
                USING ERRCODE = '\(PostgresCounterSchemaSQL.State.unsupportedTransaction)';
            """
        let groups = counter.keyGroups.joined(separator: ", ")
        let emptied =
            counter.isPartitioned
            ? """
                EXECUTE \(PostgresCounter.literal("INSERT INTO \(counter.slots) (\(columns), n) "))
                  || \(PostgresCounter.literal("SELECT \(keys), -\(counter.total) FROM "))
                  || TG_RELID::regclass
                  || \(PostgresCounter.literal("\(counter.whereClause) GROUP BY \(groups)"));
            """
            : """
                INSERT INTO \(counter.slots) (\(columns), n)
                SELECT \(columns), -sum(n) FROM \(counter.slots) GROUP BY \(columns) HAVING sum(n) <> 0;
            """
        return """
            BEGIN
              IF current_setting('transaction_isolation') IN ('read committed', 'read uncommitted') THEN
            \(emptied)
              ELSE
            \(counter.isPartitioned ? partition : "    TRUNCATE \(counter.slots);")
              END IF;
              RETURN NULL;
            END
            """
    }
}
