import MartletCore

/// The view of a counter that has no key columns: its number at the price of adding its deltas up.
///
/// `martlet.count` finds out at each call what it is asked for; a view is planned with the statement around it. Until
/// the counter is initialised, or when its table was dropped, the view leaves the answer to that function.
struct PostgresCounterViewSQL: Sendable {
    let counter: PostgresCounter

    /// Statements that make it; none where there are keys or the number is a parent's.
    var statements: [String] {
        guard isThere else { return [] }
        let reader = counter.amount == nil ? "martlet.count" : "martlet.sum"
        let sum = counter.amount == nil ? "CAST(coalesce(sum(n), 0) AS bigint)" : "trim_scale(coalesce(sum(n), 0))"
        return [
            """
            CREATE OR REPLACE VIEW \(counter.view) AS SELECT CASE
              WHEN EXISTS (SELECT FROM martlet.counters WHERE name = '\(counter.name)' AND initialised_at IS NOT NULL
                AND pg_catalog.pg_table_is_visible(source) IS NOT NULL)
              THEN (SELECT \(sum) FROM \(counter.slots) WHERE k1 AND era >= \(counter.eraRead(where: "k1")))
              ELSE \(reader)('\(counter.name)') END AS number
            """,
            "GRANT SELECT ON \(counter.view) TO PUBLIC",
        ]
    }

    /// Takes it away.
    var removal: [String] { isThere ? ["DROP VIEW IF EXISTS \(counter.view)"] : [] }

    private var isThere: Bool { counter.keys.isEmpty && counter.parent == nil }
}

extension PostgresCounter {
    /// The view of its only number; a name that no table of another counter can have.
    fileprivate var view: String { "martlet.number_of_\(name)" }
}
