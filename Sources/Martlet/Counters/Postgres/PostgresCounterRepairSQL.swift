import MartletCore

/// Statements that compare a counter with the rows, and make it right.
///
/// Each compares within one snapshot, so that a writer is in both the rows and the deltas or in neither: whoever runs
/// them does so at REPEATABLE READ, and takes `lock` first.
struct PostgresCounterRepairSQL: Sendable {
    let counter: PostgresCounter

    /// What a transaction is set to in which rows are counted.
    ///
    /// Names are resolved where nobody else can put any, rows that a policy hides are an error and no wrong number, and
    /// dates among keys are written in one way. Nothing is compiled: of a statement that runs once, with many small
    /// expressions, that takes longer than it saves.
    private static let settings = [
        (name: "search_path", value: "pg_catalog, pg_temp"), (name: "row_security", value: "off"),
        (name: "DateStyle", value: "ISO, YMD"), (name: "jit", value: "off"),
    ]

    /// Sets the transaction so, as statements that return nothing.
    static var setting: [String] { settings.map { "SET LOCAL \($0.name) = \($0.value)" } }

    /// Sets the transaction so, as calls within one statement.
    static var settingCalls: String {
        settings.map { "set_config('\($0.name)', '\($0.value)', true)" }.joined(separator: ", ")
    }

    /// The first statement of the transaction: it takes no snapshot, so the snapshot is younger than any TRUNCATE.
    var lock: String {
        "LOCK TABLE \(counter.table.quoted), \(counter.parent?.table.quoted ?? counter.slots) IN ACCESS SHARE MODE"
    }

    /// Adds what is missing to each key, and returns (checked, corrected).
    var correction: String { correction(rows: [], deltas: []) }

    /// The same for the keys that meet conditions: on the columns of rows, and on those of deltas.
    func correction(rows: [String], deltas: [String]) -> String {
        """
        WITH compared AS MATERIALIZED (
          \(compared(counted: counter.countQuery(where: rows), kept: counter.keptQuery(where: deltas)))
        ), mended AS (
          INSERT INTO \(counter.slots) (\(columns), n)
          SELECT \(columns), counted - kept FROM compared WHERE counted <> kept
          RETURNING 1
        )
        SELECT (SELECT count(*) FROM compared) AS checked, (SELECT count(*) FROM mended) AS corrected
        """
    }

    /// Returns (checked, wrong, total_kept, total_counted) beside the first keys that are wrong: their columns, and
    /// (differs, has_kept, kept, counted).
    func verification(differencesMax: Int) -> String {
        """
        WITH compared AS MATERIALIZED (\(compared(counted: counter.countQuery, kept: counter.keptQuery)))
        SELECT t.checked, t.wrong, t.total_kept, t.total_counted, d.differs, d.has_kept, d.kept, d.counted,
          \(counter.slotColumns.map { "d.\($0)" }.joined(separator: ", "))
        FROM (
          SELECT count(*) AS checked, count(*) FILTER (WHERE counted <> kept) AS wrong,
            trim_scale(coalesce(sum(kept), 0)) AS total_kept,
            trim_scale(coalesce(sum(counted), 0)) AS total_counted FROM compared
        ) t LEFT JOIN (
          SELECT true AS differs, * FROM compared WHERE counted <> kept ORDER BY \(columns) LIMIT \(differencesMax)
        ) d ON true ORDER BY \(counter.slotColumns.map { "d.\($0)" }.joined(separator: ", "))
        """
    }

    /// Rows and deltas as (keys, counted, kept, has_kept), grouped rather than joined: NULL is a key like others.
    private func compared(counted: String, kept: String) -> String {
        """
        SELECT \(columns), trim_scale(coalesce(sum(n) FILTER (WHERE is_counted), 0)) AS counted,
          trim_scale(coalesce(sum(n) FILTER (WHERE NOT is_counted), 0)) AS kept,
          bool_or(NOT is_counted) AS has_kept
        FROM (SELECT *, true AS is_counted FROM (\(counted)) c UNION ALL SELECT *, false FROM (\(kept)) k) both_sides
        GROUP BY \(columns)
        """
    }

    private var columns: String { counter.slotColumns.joined(separator: ", ") }
}
