import MartletCore

/// What keeps triggers from seeing all writes, as the catalog tells.
struct PostgresCounterGapsSQL: Sendable {
    let counter: PostgresCounter

    /// Rows of (relation, event, gap): a trigger that is missing, disabled or detached, and what else hides rows.
    var gaps: String {
        """
        WITH tree AS (\(tree)), present AS (\(presentTriggers))
        SELECT CAST(CAST(t.oid AS pg_catalog.regclass) AS text) AS relation, e.event, CASE
          WHEN p.trigger IS NULL THEN 'missing' ELSE 'disabled' END AS gap
        FROM tree t CROSS JOIN (VALUES \(events)) e(event)
        LEFT JOIN present p ON p.oid = t.oid AND p.trigger = '\(counter.trigger(""))' || e.event
        WHERE (t.relkind <> 'p' OR e.event <> 'truncate') AND t.relkind IN ('r', 'p')
          AND (p.trigger IS NULL OR p.state NOT IN ('O', 'A'))
        UNION ALL
        SELECT p.relation, pg_catalog.substr(p.trigger, \(counter.trigger("").utf8.count + 1)), 'detached'
        FROM present p WHERE p.oid NOT IN (SELECT oid FROM tree)\(isOfChild)
        UNION ALL
        SELECT CAST(CAST(t.oid AS pg_catalog.regclass) AS text), '', 'foreign' FROM tree t WHERE t.relkind = 'f'
        UNION ALL
        SELECT CAST(CAST(i.inhrelid AS pg_catalog.regclass) AS text), '', 'inherits' FROM pg_catalog.pg_inherits i
        JOIN tree t ON t.oid = i.inhparent AND t.relkind = 'r'\(gapsOfParent)
        ORDER BY 1, 2
        """
    }

    /// What keeps a parent from having all its children in its number.
    private var gapsOfParent: String {
        guard let parent = counter.parent else { return "" }
        let table = PostgresCounter.relation(parent.table)
        let columns = counter.keys.map { SQLLiteral($0.column, dialect: .postgres).description }.joined(separator: ", ")
        return """

            UNION ALL
            SELECT CAST(\(table) AS text), e.event, CASE WHEN p.trigger IS NULL THEN 'missing' ELSE 'disabled' END
            FROM (VALUES \(Self.list(PostgresCounterTriggerSQL.Event.parents))) e(event)
            LEFT JOIN present p ON p.oid = \(table) AND p.trigger = '\(counter.trigger(""))' || e.event
            WHERE p.trigger IS NULL OR p.state NOT IN ('O', 'A')
            UNION ALL
            SELECT CAST(\(table) AS text), '', 'unreferenced' WHERE NOT EXISTS (
              SELECT FROM pg_catalog.pg_constraint f
              WHERE f.contype = 'f' AND f.conrelid = \(source) AND f.confrelid = \(table)
                AND f.convalidated AND NOT f.condeferrable AND ARRAY(
                  SELECT a.attname FROM pg_catalog.pg_attribute a
                  WHERE a.attrelid = f.conrelid AND a.attnum = ANY (f.conkey)
                ) @> CAST(ARRAY[\(columns)] AS name[]) AND pg_catalog.cardinality(f.conkey) = \(counter.keys.count))
            """
    }

    private var isOfChild: String {
        guard counter.parent != nil else { return "" }
        let names = PostgresCounterTriggerSQL.Event.counted.map { "'\(counter.trigger($0.rawValue))'" }
        return " AND p.trigger IN (\(names.joined(separator: ", ")))"
    }

    /// Rows of (relation, is_partitioned): the tables that need triggers, partitions first.
    var tables: String {
        """
        SELECT CAST(CAST(t.oid AS pg_catalog.regclass) AS text) AS relation, t.relkind = 'p' AS is_partitioned
        FROM (\(tree)) t WHERE t.relkind IN ('r', 'p') ORDER BY 2, 1
        """
    }

    private var tree: String {
        """
        SELECT t.oid, t.relkind FROM pg_catalog.pg_class t WHERE t.oid = \(source)
        UNION
        SELECT p.oid, p.relkind FROM pg_catalog.pg_partition_tree(\(source)) t
        JOIN pg_catalog.pg_class p ON p.oid = t.relid
        """
    }

    /// Rows of (oid, relation, trigger, state), by the functions that they call.
    var presentTriggers: String {
        """
        SELECT g.tgrelid AS oid, CAST(CAST(g.tgrelid AS pg_catalog.regclass) AS text) AS relation,
          CAST(g.tgname AS text) AS trigger, CAST(g.tgenabled AS text) AS state
        FROM pg_catalog.pg_trigger g JOIN pg_catalog.pg_proc f ON f.oid = g.tgfoid
        JOIN pg_catalog.pg_namespace n ON n.oid = f.pronamespace
        WHERE n.nspname = 'martlet' AND f.proname IN (\(functions)) AND NOT g.tgisinternal
        """
    }

    private var source: String { PostgresCounter.relation(counter.table) }
    private var events: String { Self.list(PostgresCounterTriggerSQL(counter: counter).events) }

    private static func list(_ events: [PostgresCounterTriggerSQL.Event]) -> String {
        events.map { "('\($0.rawValue)')" }.joined(separator: ", ")
    }

    private var functions: String {
        (PostgresCounter.changeFunctions + PostgresCounter.parentFunctions).map { "'counter_\(counter.name)_\($0)'" }
            .joined(separator: ", ")
    }
}
