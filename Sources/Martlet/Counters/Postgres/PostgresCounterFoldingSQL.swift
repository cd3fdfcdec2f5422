/// Joins the deltas of a key to one, without waiting for anybody.
///
/// What is taken away and what is put in its place come from one statement: the sum is the same in every snapshot.
struct PostgresCounterFoldingSQL: Sendable {
    let counter: PostgresCounter

    /// Deltas that one folding joins at most: it happens within a writer's statement.
    private static let rowsMax = 1_000

    /// The function that writers call now and then; it returns true.
    ///
    /// At higher levels a delta that another session has folded since the snapshot would fail the writer.
    ///
    /// A session whose folding took long, because a snapshot that someone holds keeps dead deltas from being removed,
    /// pauses for twenty times as long: folding costs writers five percent at most.
    var function: String {
        """
        CREATE OR REPLACE FUNCTION \(counter.function("fold"))(\(parameters)) RETURNS boolean
        LANGUAGE plpgsql \(PostgresCounterReadSQL.pinned) SET enable_seqscan = off SET enable_bitmapscan = off AS $body$
        #variable_conflict use_column
        DECLARE
          started timestamptz := clock_timestamp();
        BEGIN
          IF started < CAST(nullif(current_setting('martlet.fold_after', true), '') AS timestamptz) THEN
            RETURN true;
          END IF;
          IF current_setting('transaction_isolation') NOT IN ('read committed', 'read uncommitted')
            OR \(parameterNames.map { "\($0) IS NULL" }.joined(separator: " OR ")) THEN
            RETURN true;
          END IF;
          \(joining(place, fixedKeys: parameterNames));
          IF clock_timestamp() - started > interval '20 milliseconds' THEN
            PERFORM set_config('martlet.fold_after',
              CAST(clock_timestamp() + (clock_timestamp() - started) * 20 AS text), false);
          END IF;
          RETURN true;
        END
        $body$
        """
    }

    /// Joins all that nobody else is joining right now; returns nothing.
    var all: String {
        let columns = counter.slotColumns.joined(separator: ", ")
        return """
            WITH gone AS (
              DELETE FROM \(counter.slots) WHERE ctid = ANY (ARRAY(
                SELECT s.ctid FROM \(counter.slots) s WHERE s.ctid = ANY (ARRAY(
                  SELECT c.place FROM (
                    SELECT ctid AS place, count(*) OVER (PARTITION BY \(columns)) AS deltas FROM \(counter.slots)
                  ) c WHERE c.deltas > 1
                )) FOR UPDATE SKIP LOCKED))
              RETURNING \(columns), n
            )
            INSERT INTO \(counter.slots) (\(columns), n)
            SELECT \(columns), sum(n) FROM gone GROUP BY \(columns) HAVING sum(n) <> 0
            """
    }

    private var parameterNames: [String] { counter.slotColumns.map { "of_\($0)" } }

    private var parameters: String {
        zip(parameterNames, counter.slotTypes).map { "\($0) \($1)" }.joined(separator: ", ")
    }

    private var place: String {
        zip(counter.slotColumns, parameterNames).map { "s.\($0) = \($1)" }.joined(separator: " AND ")
    }

    private func joining(_ place: String, fixedKeys: [String]) -> String {
        """
        WITH gone AS (
            DELETE FROM \(counter.slots) WHERE ctid = ANY (ARRAY(
              SELECT s.ctid FROM \(counter.slots) s WHERE \(place) LIMIT \(Self.rowsMax) FOR UPDATE SKIP LOCKED))
            RETURNING n
          )
          INSERT INTO \(counter.slots) (\(counter.slotColumns.joined(separator: ", ")), n)
          SELECT \(fixedKeys.joined(separator: ", ")), sum(n) FROM gone HAVING sum(n) <> 0
        """
    }
}
