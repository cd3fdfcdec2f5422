import MartletCore

/// Statements that compare a parent's column with the children, and make it right a batch of parents at a time.
///
/// `$1` and `$2` are the keys before and at the end of a batch, as arrays of texts.
struct PostgresParentFillSQL: Sendable {
    let counter: PostgresCounter
    let parent: PostgresCounterParent
    /// Variables of a script that stand for `$1` and `$2`; one that is NULL is no bound.
    var bounds: (after: String, last: String)?

    /// How many parents there may be, as ANALYZE has it.
    var keysEstimated: String {
        "SELECT CAST(reltuples AS bigint) FROM pg_catalog.pg_class WHERE reltuples > 0 AND oid = "
            + "CAST(\(SQLLiteral(parent.table.quoted, dialect: .postgres)) AS pg_catalog.regclass)"
    }

    /// The last key of a batch after `$1` as an array of texts, and how many parents it has; no row if there are none.
    func end(batchSize: Int, isFirst: Bool) -> String {
        let texts = parent.keys.map { "CAST(p.\($0.quoted) AS text)" }.joined(separator: ", ")
        let last = parent.keys.map { "p.\($0.quoted) DESC" }.joined(separator: ", ")
        return """
            SELECT ARRAY[\(texts)] AS end, count(*) OVER () AS checked FROM (
              SELECT \(parent.order) FROM \(parent.table.quoted) p
              WHERE \(range(isFirst: isFirst, hasEnd: false)) ORDER BY \(parent.order) LIMIT \(batchSize)
            ) p ORDER BY \(last) LIMIT 1
            """
    }

    /// Locks the parents of a batch that are wrong, and says how many they are.
    ///
    /// A number that is right in the snapshot stays right, whoever writes: such a parent is not locked.
    func lock(isFirst: Bool, onlyMissing: Bool) -> String {
        """
        SELECT count(*) AS wrong FROM (
          SELECT FROM \(parent.table.quoted) p
          WHERE \(range(isFirst: isFirst, hasEnd: true)) AND \(isWrong(onlyMissing: onlyMissing))
          ORDER BY \(parent.order) FOR NO KEY UPDATE
        ) locked
        """
    }

    /// Counts anew for them, in a snapshot that is younger than the locks.
    func fill(isFirst: Bool, onlyMissing: Bool) -> String {
        """
        UPDATE \(parent.table.quoted) p SET \(column) = \(truth)
        WHERE \(range(isFirst: isFirst, hasEnd: true)) AND \(isWrong(onlyMissing: onlyMissing))
        """
    }

    /// Returns (checked, wrong, total_kept, total_counted) beside the first parents that are wrong: their keys, and
    /// (differs, has_kept, kept, counted).
    func verification(differencesMax: Int) -> String {
        let keys = zip(parent.keys, counter.slotColumns).map { "p.\($0.quoted) AS \($1)" }.joined(separator: ", ")
        let columns = counter.slotColumns.joined(separator: ", ")
        let counted = counter.slotColumns.map { "c.\($0)" }
        return """
            WITH compared AS MATERIALIZED (
              SELECT \(keys), p.\(column) IS NOT NULL AS has_kept, trim_scale(CAST(p.\(column) AS numeric)) AS kept,
                trim_scale(CAST(coalesce(c.n, 0) AS numeric)) AS counted
              FROM \(parent.table.quoted) p LEFT JOIN (\(counter.countQuery)) c ON \(parent.matches(counted))
              WHERE \(range(isFirst: true, hasEnd: false))
            )
            SELECT t.checked, t.wrong, t.total_kept, t.total_counted, d.differs, d.has_kept, d.kept, d.counted,
              \(counter.slotColumns.map { "d.\($0)" }.joined(separator: ", "))
            FROM (
              SELECT count(*) AS checked, count(*) FILTER (WHERE kept IS DISTINCT FROM counted) AS wrong,
                trim_scale(coalesce(sum(kept), 0)) AS total_kept,
                trim_scale(coalesce(sum(counted), 0)) AS total_counted FROM compared
            ) t LEFT JOIN (
              SELECT true AS differs, * FROM compared WHERE kept IS DISTINCT FROM counted
              ORDER BY \(columns) LIMIT \(differencesMax)
            ) d ON true ORDER BY \(counter.slotColumns.map { "d.\($0)" }.joined(separator: ", "))
            """
    }

    private var column: String { parent.quotedColumn }
    private var truth: String { PostgresParentTriggerSQL(counter: counter, parent: parent).truth(of: "p") }

    private func isWrong(onlyMissing: Bool) -> String {
        onlyMissing ? "p.\(column) IS NULL" : "p.\(column) IS DISTINCT FROM \(truth)"
    }

    private func range(isFirst: Bool, hasEnd: Bool) -> String {
        var conditions: [String] = []
        let row = "ROW(\(parent.order))"
        if let bounds {
            if !isFirst { conditions.append("(\(bounds.after) IS NULL OR \(row) > \(bound(bounds.after)))") }
            if hasEnd { conditions.append("(\(bounds.last) IS NULL OR \(row) <= \(bound(bounds.last)))") }
        } else {
            if !isFirst { conditions.append("\(row) > \(bound("$1"))") }
            if hasEnd { conditions.append("\(row) <= \(bound(isFirst ? "$1" : "$2"))") }
        }
        // A key of a unique constraint may be NULL: no child refers to it.
        let isKey = parent.keys.map { "p.\($0.quoted) IS NOT NULL" }
        return (isKey + conditions).joined(separator: " AND ")
    }

    private func bound(_ parameter: String) -> String {
        let values = parent.keys.enumerated()
            .map { "CAST((CAST(\(parameter) AS text[]))[\($0 + 1)] AS \($1.type))" }
        return "ROW(\(values.joined(separator: ", ")))"
    }
}
