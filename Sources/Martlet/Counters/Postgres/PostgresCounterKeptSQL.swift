import MartletCore

/// The function that adds the deltas of one key up.
///
/// It is the counter's own, with a statement that is planned once in a session: to write that statement and have it
/// planned at each read takes five times as long as to run it.
struct PostgresCounterKeptSQL: Sendable {
    let counter: PostgresCounter

    /// Statements that make it; a key with a NULL is none of its own, as it wants another condition.
    var statements: [String] {
        [
            """
            CREATE OR REPLACE FUNCTION \(signature) RETURNS numeric
            LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $body$
            #variable_conflict use_column
            BEGIN
              RETURN (SELECT trim_scale(coalesce(sum(n), 0)) FROM \(counter.slots)
                WHERE \(place) AND era >= \(counter.eraRead(where: place)));
            END
            $body$
            """,
            "REVOKE ALL ON FUNCTION \(signature) FROM PUBLIC",
        ]
    }

    var removal: String { "DROP FUNCTION IF EXISTS \(signature)" }

    private var signature: String { "\(counter.function("kept"))(key text[])" }

    private var place: String {
        guard !counter.keys.isEmpty else { return "k1" }
        return zip(counter.slotColumns, counter.slotTypes).enumerated()
            .map { position, column in "\(column.0) = CAST(key[\(position + 1)] AS \(column.1))" }
            .joined(separator: " AND ")
    }
}
