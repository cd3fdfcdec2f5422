/// Joins the deltas of a key to one, without waiting for anybody.
///
/// What is taken away and what is put in its place come from one statement: the sum is the same in every snapshot.
///
/// Whoever folds a counter holds an advisory lock of his session, for the time of that statement only. So nobody marks
/// a delta between the look at its `xmax` and its removal, and deltas that an open transaction has removed are passed
/// over for a fraction of what locking each of them with SKIP LOCKED costs.
struct PostgresCounterFoldingSQL: Sendable {
    let counter: PostgresCounter

    /// Deltas that one folding joins at most: it happens within a writer's statement.
    private static let rowsMax = 1_000
    /// One folding in this many looks closer: what was removed by a transaction that was rolled back keeps its `xmax`.
    private static let closeLookChance = 16
    /// "mcfd" in ASCII.
    private static let lockClass = 0x6d63_6664

    /// Takes the lock, waiting for one statement of another at most.
    var lock: String { "SELECT pg_catalog.pg_advisory_lock(\(lockKeys))" }
    /// Gives it back.
    var unlock: String { "SELECT pg_catalog.pg_advisory_unlock(\(lockKeys))" }

    /// The function that writers call now and then; it returns true.
    ///
    /// At higher levels a delta that another session has folded since the snapshot would fail the writer.
    ///
    /// A session whose folding took long, because a snapshot that someone holds keeps dead deltas from being removed,
    /// pauses for twenty times as long: folding costs writers five percent at most.
    var function: String {
        let untouched = "s.xmax = CAST('0' AS xid) LIMIT \(Self.rowsMax)"
        return """
            CREATE OR REPLACE FUNCTION \(counter.function("fold"))(\(parameters)) RETURNS boolean
            LANGUAGE plpgsql \(PostgresCounterReadSQL.pinned)
            SET enable_seqscan = off SET enable_bitmapscan = off AS $body$
            #variable_conflict use_column
            DECLARE
              started timestamptz := clock_timestamp();
            BEGIN
              IF started < CAST(nullif(current_setting('martlet.fold_after', true), '') AS timestamptz)
                OR current_setting('transaction_isolation') NOT IN ('read committed', 'read uncommitted')
                OR \(parameterNames.map { "\($0) IS NULL" }.joined(separator: " OR "))
                OR NOT pg_try_advisory_lock(\(lockKeys)) THEN
                RETURN true;
              END IF;
              BEGIN
                IF random() * \(Self.closeLookChance) >= 1 THEN
                  \(joining("\(place) AND \(untouched)"));
                ELSE
                  \(joining("\(place) LIMIT \(Self.rowsMax) FOR UPDATE SKIP LOCKED"));
                END IF;
              EXCEPTION WHEN query_canceled OR OTHERS THEN
                PERFORM pg_advisory_unlock(\(lockKeys));
                RAISE;
              END;
              PERFORM pg_advisory_unlock(\(lockKeys));
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
    ///
    /// Whoever runs it takes the lock first.
    var all: String {
        """
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

    private var lockKeys: String { "\(Self.lockClass), pg_catalog.hashtext('\(counter.name)')" }
    private var columns: String { counter.slotColumns.joined(separator: ", ") }
    private var parameterNames: [String] { counter.slotColumns.map { "of_\($0)" } }

    private var parameters: String {
        zip(parameterNames, counter.slotTypes).map { "\($0) \($1)" }.joined(separator: ", ")
    }

    private var place: String {
        zip(counter.slotColumns, parameterNames).map { "s.\($0) = \($1)" }.joined(separator: " AND ")
    }

    private func joining(_ rows: String) -> String {
        """
        WITH gone AS (
            DELETE FROM \(counter.slots) WHERE ctid = ANY (ARRAY(
              SELECT s.ctid FROM \(counter.slots) s WHERE \(rows)))
            RETURNING n
          )
          INSERT INTO \(counter.slots) (\(columns), n)
          SELECT \(parameterNames.joined(separator: ", ")), sum(n) FROM gone HAVING sum(n) <> 0
        """
    }
}
