/// The functions that keep room for rows up to a limit.
enum PostgresCounterReserveSQL {
    /// Statements that create them, in order.
    static var statements: [String] {
        [
            reserve,
            variant("", "'{}'"),
            variant("key bigint, ", "ARRAY[CAST(key AS text)]"),
            variant("key uuid, ", "ARRAY[CAST(key AS text)]"),
            variant("key text, ", "ARRAY[key]"),
        ]
    }

    /// Keeps room for a number of rows, if it is there.
    ///
    /// Whoever asks first locks the row of the key until his transaction ends; whoever asks later waits and then counts
    /// in a snapshot that has what the first one added. At REPEATABLE READ and above, the later one fails with 40001.
    ///
    /// `reached` is how far the room goes that this transaction has asked for already, whether it used it or not.
    private static let reserve = """
        CREATE OR REPLACE FUNCTION martlet.reserve(counter text, keys text[], amount bigint, most bigint)
        RETURNS boolean LANGUAGE plpgsql VOLATILE \(PostgresCounterReadSQL.pinned) AS $body$
        #variable_conflict use_variable
        DECLARE
          c martlet.counters;
          hash integer;
          so_far numeric;
          counted numeric;
        BEGIN
          IF amount IS NULL OR amount < 0 OR most IS NULL THEN
            RAISE EXCEPTION 'room can be kept for 0 rows or more and up to a limit, not for % up to %', amount, most
              USING ERRCODE = '\(PostgresCounterSchemaSQL.State.invalidKey)';
          END IF;
          SELECT * INTO c FROM martlet.counters m WHERE m.name = counter;
          IF cardinality(keys) = cardinality(c.key_columns) AND cardinality(keys) > 0 THEN
            EXECUTE (
              SELECT format(
                CASE WHEN c.is_hashable THEN 'SELECT hash_record(ROW(%s))'
                  ELSE 'SELECT hashtext(CAST(ROW(%s) AS text))' END,
                string_agg(
                  format('CAST($1[%s] AS %s)', i, c.key_types[i]) || coalesce(' COLLATE ' || c.key_collations[i], ''),
                  ', ' ORDER BY i))
              FROM generate_series(1, cardinality(keys)) i) INTO hash USING keys;
          END IF;
          INSERT INTO martlet.reservations AS r (counter, key_hash, asked_by)
          VALUES (counter, coalesce(hash, 0), pg_current_xact_id())
          ON CONFLICT ON CONSTRAINT reservations_pkey DO UPDATE
          SET asked_by = excluded.asked_by,
            reached = CASE WHEN r.asked_by = excluded.asked_by THEN r.reached END
          RETURNING r.reached INTO so_far;
          SELECT v.number INTO counted FROM martlet.counter_value(counter, keys) v;
          so_far := greatest(so_far, counted) + amount;
          IF so_far > most THEN
            RETURN false;
          END IF;
          UPDATE martlet.reservations r SET reached = so_far
          WHERE r.counter = counter AND r.key_hash = coalesce(hash, 0);
          RETURN true;
        END
        $body$
        """

    private static func variant(_ parameter: String, _ keys: String) -> String {
        """
        CREATE OR REPLACE FUNCTION martlet.reserve(counter text, \(parameter)amount bigint, most bigint)
        RETURNS boolean LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp AS
        $body$ SELECT martlet.reserve(counter, CAST(\(keys) AS text[]), amount, most) $body$
        """
    }
}
