/// The functions that read counters, from any language.
///
/// They are STABLE: they see what the statement around them sees.
enum PostgresCounterReadSQL {
    /// Statements that create them, in order.
    static var statements: [String] {
        [place, value, "GRANT EXECUTE ON FUNCTION martlet.counter_value(text, text[]) TO PUBLIC"]
            // A sum with a fraction is no count: the cast of its text fails rather than rounding it.
            + readers(named: "count", type: "bigint", number: "CAST(v.number AS text)")
            + readers(named: "sum", type: "numeric", number: "v.number")
    }

    /// What every function that runs with its owner's rights is pinned to: no name in it can be captured.
    static let pinned = "SECURITY DEFINER SET search_path = pg_catalog, pg_temp"

    /// A key as a condition on columns; `$1` is the key as an array of texts.
    ///
    /// `IS NOT DISTINCT FROM` would be shorter, but no index answers it.
    private static let place = """
        CREATE OR REPLACE FUNCTION martlet.counter_place(columns text[], types text[], keys text[]) RETURNS text
        LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $body$
        DECLARE
          place text := 'true';
        BEGIN
          FOR i IN 1 .. cardinality(columns) LOOP
            IF keys[i] IS NULL THEN
              place := place || format(' AND %s IS NULL', columns[i]);
            ELSE
              place := place || format(' AND %s = CAST($1[%s] AS %s)', columns[i], i, types[i]);
            END IF;
          END LOOP;
          RETURN place;
        END
        $body$
        """

    /// One number; counted from the table, and said so, while the counter has not been initialised.
    ///
    /// Deltas are read by a plain index scan, which unlike a bitmap scan marks entries of the index that lead to dead
    /// ones, so that the next reader passes them over.
    private static let value = """
        CREATE OR REPLACE FUNCTION martlet.counter_value(
          counter text, keys text[], OUT number numeric, OUT is_computed boolean
        ) LANGUAGE plpgsql STABLE \(pinned) SET row_security = off SET enable_bitmapscan = off AS $body$
        DECLARE
          c martlet.counters;
          place text;
        BEGIN
          SELECT * INTO c FROM martlet.counters WHERE name = counter;
          IF NOT FOUND THEN
            RAISE EXCEPTION 'there is no counter %; SELECT name FROM martlet.counters lists them', counter
              USING ERRCODE = '\(PostgresCounterSchemaSQL.State.unknownCounter)';
          END IF;
          IF cardinality(keys) <> cardinality(c.key_columns) THEN
            RAISE EXCEPTION 'the counter % has a key of % values (%), not of %', counter, cardinality(c.key_columns),
              array_to_string(c.key_columns, ', '), cardinality(keys)
              USING ERRCODE = '\(PostgresCounterSchemaSQL.State.invalidKey)';
          END IF;
          is_computed := c.initialised_at IS NULL;
          IF is_computed THEN
            RAISE NOTICE 'the counter % has not been initialised: counted from %', counter, c.source;
            PERFORM set_config('enable_bitmapscan', 'on', true);
            place := martlet.counter_place(
              ARRAY(SELECT quote_ident(k) FROM unnest(c.key_columns) WITH ORDINALITY u(k, i) ORDER BY i),
              c.key_types, keys);
            EXECUTE format('SELECT trim_scale(CAST(coalesce(%s, 0) AS numeric)) FROM %s WHERE %s AND %s',
              coalesce('sum(' || c.amount || ')', 'count(*)'), c.source, coalesce('(' || c.condition || ')', 'true'),
              place) INTO number USING keys;
          ELSE
            place := martlet.counter_place(
              ARRAY(SELECT 'k' || i FROM generate_series(1, cardinality(keys)) i), c.key_types, keys);
            EXECUTE format('SELECT trim_scale(coalesce(sum(n), 0)) FROM martlet.counter_%s WHERE %s',
              c.name, CASE WHEN keys = '{}' THEN 'k1' ELSE place END) INTO number USING keys;
          END IF;
        END
        $body$
        """

    private static func readers(named name: String, type: String, number: String) -> [String] {
        func reader(_ parameters: String, _ keys: String) -> String {
            """
            CREATE OR REPLACE FUNCTION martlet.\(name)(counter text\(parameters)) RETURNS \(type)
            LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS
            $body$ SELECT CAST(\(number) AS \(type)) FROM martlet.counter_value(counter, \(keys)) v $body$
            """
        }
        return [
            reader("", "'{}'"),
            reader(", key bigint", "ARRAY[CAST(key AS text)]"),
            reader(", key uuid", "ARRAY[CAST(key AS text)]"),
            reader(", key text", "ARRAY[key]"),
            reader(", VARIADIC keys text[]", "keys"),
        ]
    }
}
