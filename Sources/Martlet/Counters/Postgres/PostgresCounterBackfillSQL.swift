import MartletCore

/// Ranges of keys, for work in batches.
///
/// `$1` and `$2` are the keys before and at the end of a range, as arrays of texts. Keys in which any column is NULL
/// have no place in the order of the others, and are a batch of their own.
struct PostgresCounterBackfillSQL: Sendable {
    let counter: PostgresCounter
    /// Variables of a script that stand for `$1` and `$2`; one that is NULL is no bound.
    var bounds: (after: String, last: String)?

    /// Whether an index gives the rows in the order of the keys; without one, each batch would read the whole table.
    var hasIndex: String {
        let columns = counter.keys.map { PostgresCounter.literal($0.column) }
        return """
            SELECT EXISTS (
              SELECT FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
              JOIN pg_catalog.pg_am m ON m.oid = c.relam
              WHERE i.indrelid = \(table) AND m.amname = 'btree' AND i.indpred IS NULL
                AND i.indisvalid AND ARRAY(
                  SELECT CAST(a.attname AS text)
                  FROM pg_catalog.unnest(CAST(i.indkey AS int2[])) WITH ORDINALITY k(n, i)
                  JOIN pg_catalog.pg_attribute a ON a.attrelid = \(table) AND a.attnum = k.n
                  WHERE k.i <= \(columns.count) ORDER BY k.i
                ) = CAST(ARRAY[\(columns.joined(separator: ", "))] AS text[]))
            """
    }

    /// How many keys there may be, as ANALYZE has it; no row if it has not run.
    ///
    /// A negative figure is a share of the rows: https://www.postgresql.org/docs/15/view-pg-stats.html
    var keysEstimated: String {
        """
        SELECT CAST(CASE WHEN s.n_distinct < 0 THEN -s.n_distinct * c.reltuples ELSE s.n_distinct END AS bigint)
        FROM pg_catalog.pg_stats s JOIN pg_catalog.pg_class c ON c.oid = \(table)
        WHERE s.schemaname = \(PostgresCounter.literal(counter.table.schema))
          AND s.tablename = \(PostgresCounter.literal(counter.table.name))
          AND s.attname = \(PostgresCounter.literal(counter.keys[0].column)) AND c.reltuples > 0
        ORDER BY s.inherited DESC LIMIT 1
        """
    }

    /// The last key of a batch after `$1`, as an array of texts; no row if less than a batch is left.
    func end(batchSize: Int, isFirst: Bool) -> String {
        let keys = expressions.joined(separator: ", ")
        let texts = expressions.map { "CAST(\($0) AS text)" }.joined(separator: ", ")
        return """
            SELECT ARRAY[\(texts)] FROM (
              SELECT DISTINCT \(keys) FROM \(counter.table.quoted)
              WHERE \(conditions(expressions, isFirst: isFirst, isLast: true).joined(separator: " AND "))
              ORDER BY \(keys) LIMIT 1 OFFSET \(batchSize - 1)
            ) batch
            """
    }

    /// Mends the keys after `$1` up to `$2`.
    func batch(isFirst: Bool, isLast: Bool) -> String {
        PostgresCounterRepairSQL(counter: counter)
            .correction(
                rows: conditions(expressions, isFirst: isFirst, isLast: isLast),
                deltas: conditions(counter.slotColumns, isFirst: isFirst, isLast: isLast)
            )
    }

    /// Mends the keys with a NULL in them.
    var rest: String {
        PostgresCounterRepairSQL(counter: counter)
            .correction(
                rows: ["(" + expressions.map { "\($0) IS NULL" }.joined(separator: " OR ") + ")"],
                deltas: ["(" + counter.slotColumns.map { "\($0) IS NULL" }.joined(separator: " OR ") + ")"]
            )
    }

    private var expressions: [String] { counter.keyExpressions }
    private var table: String { PostgresCounter.relation(counter.table) }

    private func conditions(_ columns: [String], isFirst: Bool, isLast: Bool) -> [String] {
        var conditions = columns.map { "\($0) IS NOT NULL" }
        let row = "ROW(\(columns.joined(separator: ", ")))"
        if let bounds {
            if !isFirst { conditions.append("(\(bounds.after) IS NULL OR \(row) > \(bound(bounds.after)))") }
            if !isLast { conditions.append("(\(bounds.last) IS NULL OR \(row) <= \(bound(bounds.last)))") }
            return conditions
        }
        if !isFirst { conditions.append("\(row) > \(bound("$1"))") }
        if !isLast { conditions.append("\(row) <= \(bound(isFirst ? "$1" : "$2"))") }
        return conditions
    }

    private func bound(_ parameter: String) -> String {
        let values = counter.slotTypes.enumerated().map { "CAST((CAST(\(parameter) AS text[]))[\($0 + 1)] AS \($1))" }
        return "ROW(\(values.joined(separator: ", ")))"
    }
}
