import MartletCore

/// Joins the deltas of a key to one, without waiting for anybody.
///
/// What is taken away and what is put in its place come from one statement: the sum is the same in every snapshot.
///
/// Whoever folds a counter holds an advisory lock of his session, for the time of that statement only. So nobody marks
/// a delta between the look at its `xmax` and its removal, and deltas that an open transaction has removed are passed
/// over for a fraction of what locking each of them with SKIP LOCKED costs.
///
/// A delta has the era of its transaction. The base of a key is an era before which it has no delta any more, neither
/// one that is there nor one that may still come: it is as old as the oldest transaction that is running, and as the
/// oldest delta that was left. Readers begin there. It is a row of its own for each, as whoever folds in a long
/// transaction must not make others wait.
struct PostgresCounterFoldingSQL: Sendable {
    let counter: PostgresCounter

    /// Deltas that one folding joins at most: it happens within a writer's statement.
    static let rowsMax = 1_000
    /// One folding in this many looks closer: what was removed by a transaction that was rolled back keeps its `xmax`.
    private static let closeLookChance = 16
    /// One folding in this many moves the base, which costs as much as the rest of it.
    private static let movingChance = 8
    /// "mcfd" in ASCII.
    private static let lockClass = 0x6d63_6664

    /// Takes the lock, waiting for one statement of another at most.
    var lock: String { "SELECT pg_catalog.pg_advisory_lock(\(lockKeys))" }
    /// Gives it back.
    var unlock: String { "SELECT pg_catalog.pg_advisory_unlock(\(lockKeys))" }

    /// The function that writers call now and then; it returns true.
    ///
    /// `martlet.fold_closely` is what the command sets, which does not pause. At higher levels a delta that another
    /// session has folded since the snapshot would fail the writer.
    ///
    /// A session whose folding took long twice in a row, because a transaction that writes has been open for long,
    /// pauses for twenty times as long: folding costs writers five percent at most. Once may be a busy machine.
    var function: String {
        """
        CREATE OR REPLACE FUNCTION \(counter.function("fold"))(\(parameters)) RETURNS boolean
        LANGUAGE plpgsql \(PostgresCounterReadSQL.pinned)
        SET enable_seqscan = off SET enable_bitmapscan = off AS $body$
        #variable_conflict use_column
        DECLARE
          started timestamptz := clock_timestamp();
          look float8 := random();
          is_command boolean := coalesce(current_setting('martlet.fold_closely', true), '') <> '';
        BEGIN
          IF NOT is_command AND started < CAST(nullif(current_setting('martlet.fold_after', true), '') AS timestamptz)
            OR current_setting('transaction_isolation') NOT IN ('read committed', 'read uncommitted')
            OR \(parameterNames.map { "\($0) IS NULL" }.joined(separator: " OR "))
            OR NOT pg_try_advisory_lock(\(lockKeys)) THEN
            RETURN true;
          END IF;
          BEGIN
            IF look * \(Self.closeLookChance) < 1 OR is_command THEN
              \(joining(closeLook));
            ELSIF look * \(Self.movingChance) < 1 THEN
              \(joining(""));
            ELSE
              \(plainJoining);
            END IF;
          EXCEPTION WHEN query_canceled OR OTHERS THEN
            PERFORM pg_advisory_unlock(\(lockKeys));
            RAISE;
          END;
          PERFORM pg_advisory_unlock(\(lockKeys));
          IF is_command THEN
            RETURN true;
          ELSIF clock_timestamp() - started > interval '20 milliseconds' THEN
            IF current_setting('martlet.fold_slow', true) = 'on' THEN
              PERFORM set_config('martlet.fold_after',
                CAST(clock_timestamp() + (clock_timestamp() - started) * 20 AS text), false);
            END IF;
            PERFORM set_config('martlet.fold_slow', 'on', false);
          ELSIF current_setting('martlet.fold_slow', true) = 'on' THEN
            PERFORM set_config('martlet.fold_slow', 'off', false);
          END IF;
          RETURN true;
        END
        $body$
        """
    }

    // MARK: The command

    /// The next keys after `$1` that have more than one delta, as arrays of texts.
    func keys(isFirst: Bool, limit: Int?) -> String {
        let texts = counter.slotColumns.map { "CAST(\($0) AS text)" }.joined(separator: ", ")
        let bound = counter.slotTypes.enumerated()
            .map { "CAST((CAST($1 AS text[]))[\($0 + 1)] AS \($1))" }.joined(separator: ", ")
        let start = isFirst ? "" : " AND ROW(\(columns)) > ROW(\(bound))"
        return """
            SELECT ARRAY[\(texts)] AS key, count(*) AS deltas FROM \(counter.slots)
            WHERE \(isKey)\(start) GROUP BY \(columns) HAVING count(*) > 1 ORDER BY \(columns)
            """ + (limit.map { " LIMIT \($0)" } ?? "")
    }

    /// Folds keys, `$1` as a list of arrays as texts; whoever runs it takes the lock first.
    var fold: String {
        let values = counter.slotTypes.enumerated()
            .map { "CAST((CAST(k.key AS text[]))[\($0 + 1)] AS \($1))" }.joined(separator: ", ")
        return "SELECT count(\(counter.function("fold"))(\(values))) "
            + "FROM pg_catalog.unnest(CAST($1 AS text[])) k(key)"
    }

    /// Joins some deltas of keys with a NULL, which no writer folds, and says how many fewer there are.
    var foldNulls: String {
        """
        WITH gone AS (
          DELETE FROM \(counter.slots) WHERE ctid = ANY (ARRAY(
            SELECT s.ctid FROM \(counter.slots) s WHERE s.ctid = ANY (ARRAY(
              SELECT place FROM (
                SELECT ctid AS place, count(*) OVER (PARTITION BY \(columns)) AS deltas
                FROM \(counter.slots) WHERE NOT (\(isKey))
              ) counted WHERE deltas > 1 LIMIT \(Self.rowsMax)))
            FOR UPDATE SKIP LOCKED))
          RETURNING \(columns), n
        ), joined AS (
          INSERT INTO \(counter.slots) (\(columns), n)
          SELECT \(columns), sum(n) FROM gone GROUP BY \(columns) HAVING sum(n) <> 0
          RETURNING 1
        )
        SELECT (SELECT count(*) FROM gone) - (SELECT count(*) FROM joined) AS removed
        """
    }

    private var isKey: String { counter.slotColumns.map { "\($0) IS NOT NULL" }.joined(separator: " AND ") }

    // MARK: Texts

    private var lockKeys: String { "\(Self.lockClass), pg_catalog.hashtext('\(counter.name)')" }
    private var columns: String { counter.slotColumns.joined(separator: ", ") }
    private var parameterNames: [String] { counter.slotColumns.map { "of_\($0)" } }
    private var values: String { parameterNames.joined(separator: ", ") }

    private var parameters: String {
        zip(parameterNames, counter.slotTypes).map { "\($0) \($1)" }.joined(separator: ", ")
    }

    private func place(_ row: String) -> String {
        zip(counter.slotColumns, parameterNames).map { "\(row).\($0) = \($1)" }.joined(separator: " AND ")
    }

    /// Tries to lock what seems to be taken; what cannot be had stays.
    private var closeLook: String {
        """
        , locked AS MATERIALIZED (
            SELECT s.ctid AS place FROM \(counter.slots) s WHERE s.ctid = ANY (ARRAY(SELECT place FROM seen))
            FOR UPDATE SKIP LOCKED
          )
        """
    }

    /// Joins what is free from the base on, and leaves the base where it is.
    private var plainJoining: String {
        """
        WITH gone AS (
                DELETE FROM \(counter.slots) WHERE ctid = ANY (ARRAY(
                  SELECT s.ctid FROM \(counter.slots) s
                  WHERE \(place("s")) AND s.xmax = CAST('0' AS xid) AND s.era >= coalesce((
                    SELECT b.era FROM \(counter.bases) b WHERE \(place("b")) AND b.cluster = \(PostgresCounter.cluster)
                    ORDER BY \((counter.slotColumns + ["era"]).map { "b.\($0) DESC" }.joined(separator: ", ")) LIMIT 1
                  ), 0) LIMIT \(Self.rowsMax)))
                RETURNING n
              )
              INSERT INTO \(counter.slots) (\(columns), n)
              SELECT \(values), sum(n) FROM gone HAVING sum(n) <> 0
        """
    }

    private func joining(_ look: String) -> String {
        let isFree = look.isEmpty ? "is_free" : "place = ANY (ARRAY(SELECT place FROM locked))"
        let from = (counter.slotColumns + ["era"]).map { "s.\($0)" }.joined(separator: ", ")
        return """
            WITH base AS MATERIALIZED (
                SELECT b.ctid AS place, b.era, b.xmax = CAST('0' AS xid) AS is_free FROM \(counter.bases) b
                WHERE \(place("b")) AND b.cluster = \(PostgresCounter.cluster)
                ORDER BY \((counter.slotColumns + ["era"]).map { "b.\($0) DESC" }.joined(separator: ", ")) LIMIT 1
              ), seen AS MATERIALIZED (
                SELECT s.ctid AS place, s.era, s.xmax = CAST('0' AS xid) AS is_free FROM \(counter.slots) s
                WHERE \(place("s")) AND s.era >= coalesce((SELECT era FROM base), 0)
                ORDER BY \(from) LIMIT \(Self.rowsMax)
              )\(look), gone AS (
                DELETE FROM \(counter.slots) WHERE ctid = ANY (ARRAY(SELECT place FROM seen WHERE \(isFree)))
                RETURNING n
              ), moved AS MATERIALIZED (
                SELECT t.era FROM (
                  SELECT least(
                    txid_snapshot_xmin(txid_current_snapshot()) >> \(PostgresCounter.eraBits),
                    (SELECT min(era) FROM seen WHERE NOT \(isFree)),
                    (SELECT max(era) FROM seen HAVING count(*) = \(Self.rowsMax))) AS era
                ) t WHERE t.era > coalesce((SELECT era FROM base), 0)
              ), forgotten AS (
                DELETE FROM \(counter.bases) WHERE ctid = ANY (ARRAY(
                  SELECT place FROM base WHERE is_free AND EXISTS (SELECT FROM moved)))
              ), noted AS (
                INSERT INTO \(counter.bases) (\(columns), era, cluster)
                SELECT \(values), era, \(PostgresCounter.cluster) FROM moved
              )
              INSERT INTO \(counter.slots) (\(columns), n)
              SELECT \(values), sum(n) FROM gone HAVING sum(n) <> 0
            """
    }
}
