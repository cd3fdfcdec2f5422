/// The functions that read counters, from any language.
///
/// They are STABLE: they see what the statement around them sees.
enum PostgresCounterReadSQL {
    /// Statements that create them, in order.
    static var statements: [String] {
        [
            place, query, entry, value, values, fraction,
            "REVOKE ALL ON FUNCTION martlet.counter_entry(text) FROM PUBLIC",
            "GRANT EXECUTE ON FUNCTION martlet.counter_value(text, text[]) TO PUBLIC",
            "GRANT EXECUTE ON FUNCTION martlet.counter_values(text, text[]) TO PUBLIC",
        ]
            // A sum with a fraction is no count, and is not rounded to one.
            + readers(
                named: "count",
                type: "bigint",
                number: "CASE WHEN trunc(v.number) = v.number THEN CAST(v.number AS bigint) "
                    + "ELSE martlet.counter_fraction(counter, v.number) END"
            )
            + readers(named: "sum", type: "numeric", number: "v.number")
    }

    /// What every function that runs with its owner's rights is pinned to: no name in it can be captured.
    static let pinned = "SECURITY DEFINER SET search_path = pg_catalog, pg_temp"

    /// A key as a condition on columns, and `source` as the array of texts that it is.
    ///
    /// `IS NOT DISTINCT FROM` would be shorter, but no index answers it.
    private static let place = """
        CREATE OR REPLACE FUNCTION martlet.counter_place(
          columns text[], types text[], keys text[], source text
        ) RETURNS text LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $body$
        DECLARE
          place text := 'true';
        BEGIN
          FOR i IN 1 .. cardinality(columns) LOOP
            IF keys[i] IS NULL THEN
              place := place || format(' AND %s IS NULL', columns[i]);
            ELSE
              place := place || format(' AND %s = CAST(%s[%s] AS %s)', columns[i], source, i, types[i]);
            END IF;
          END LOOP;
          RETURN place;
        END
        $body$
        """

    /// A query for (number, is_computed) of keys that have a NULL where `keys` has one.
    ///
    /// It begins at the base of the key, as `PostgresCounter.eraRead` says.
    ///
    /// A parent's column is no number where it is NULL, and there may be no such parent.
    private static let query = """
        CREATE OR REPLACE FUNCTION martlet.counter_query(c martlet.counters, keys text[], source text) RETURNS text
        LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $body$
        DECLARE
          counted text := format('(SELECT trim_scale(CAST(coalesce(%s, 0) AS numeric)) FROM %s WHERE %s AND %s)',
            coalesce('sum(' || c.amount || ')', 'count(*)'), c.source, coalesce('(' || c.condition || ')', 'true'),
            martlet.counter_place(
              ARRAY(SELECT quote_ident(k) FROM unnest(c.key_columns) WITH ORDINALITY u(k, i) ORDER BY i),
              c.key_types, keys, source));
          place text;
        BEGIN
          IF c.initialised_at IS NULL OR c.parent IS NOT NULL AND array_position(keys, NULL) IS NOT NULL THEN
            RETURN 'SELECT ' || counted || ', true';
          ELSIF c.parent IS NOT NULL THEN
            RETURN format(
              'SELECT coalesce(q.kept, %s), q.kept IS NULL FROM '
                '(SELECT (SELECT trim_scale(CAST(%I AS numeric)) FROM %s WHERE %s) AS kept OFFSET 0) q',
              counted, c.parent_column, c.parent, martlet.counter_place(
                ARRAY(SELECT quote_ident(k) FROM unnest(c.parent_keys) WITH ORDINALITY u(k, i) ORDER BY i),
                c.parent_types, keys, source));
          END IF;
          place := CASE WHEN keys = '{}' THEN 'k1' ELSE martlet.counter_place(
            ARRAY(SELECT 'k' || i FROM generate_series(1, cardinality(keys)) i), c.key_types, keys, source) END;
          RETURN format('SELECT (SELECT trim_scale(coalesce(sum(n), 0)) FROM martlet.counter_%s WHERE %s%s), false',
            c.name, place, CASE WHEN array_position(keys, NULL) IS NULL THEN format(
              ' AND era >= coalesce((SELECT era FROM martlet.base_of_%s WHERE %s '
                'AND cluster = \(PostgresCounter.cluster) ORDER BY era DESC LIMIT 1), 0)', c.name, place) END);
        END
        $body$
        """

    /// What `martlet.counters` says of a counter.
    ///
    /// Numbers of a table that was dropped are those of no table, though another may have its name by now.
    private static let entry = """
        CREATE OR REPLACE FUNCTION martlet.counter_entry(counter text) RETURNS martlet.counters
        LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $body$
        DECLARE
          c martlet.counters;
        BEGIN
          SELECT * INTO c FROM martlet.counters WHERE name = counter;
          IF NOT FOUND THEN
            RAISE EXCEPTION 'there is no counter %; SELECT name FROM martlet.counters lists them', counter
              USING ERRCODE = '\(PostgresCounterSchemaSQL.State.unknownCounter)';
          ELSIF pg_table_is_visible(c.source) IS NULL
            OR c.parent IS NOT NULL AND pg_table_is_visible(c.parent) IS NULL THEN
            RAISE EXCEPTION 'a table of the counter % was dropped; martlet counter add installs it again, '
              'martlet counter remove takes it away', counter
              USING ERRCODE = '\(PostgresCounterSchemaSQL.State.tableGone)';
          END IF;
          RETURN c;
        END
        $body$
        """

    private static func check(_ keys: String) -> String {
        """
        IF cardinality(\(keys)) <> cardinality(c.key_columns) THEN
            RAISE EXCEPTION 'the counter % has % values in its key (%), not %', counter, cardinality(c.key_columns),
              array_to_string(c.key_columns, ', '), cardinality(\(keys))
              USING ERRCODE = '\(PostgresCounterSchemaSQL.State.invalidKey)';
          END IF;
        """
    }

    /// How both of them plan.
    ///
    /// Deltas are read by a plain index scan, which unlike a bitmap scan marks entries of the index that lead to dead
    /// ones, so that the next reader passes them over. Where rows are counted, the planner may do as it likes.
    private static let planned = "SET row_security = off SET enable_bitmapscan = off SET enable_seqscan = off"
    private static let counts = """
        IF c.initialised_at IS NULL THEN
            RAISE NOTICE 'the counter % has not been initialised: counted from %', counter, c.source;
            PERFORM set_config('enable_bitmapscan', 'on', true), set_config('enable_seqscan', 'on', true);
          END IF;
        """

    /// One number; counted from the table, and said so, while the counter has not been initialised.
    private static let value = """
        CREATE OR REPLACE FUNCTION martlet.counter_value(
          counter text, keys text[], OUT number numeric, OUT is_computed boolean
        ) LANGUAGE plpgsql STABLE \(pinned) \(planned) AS $body$
        DECLARE
          c martlet.counters := martlet.counter_entry(counter);
        BEGIN
          \(check("keys"))
          is_computed := false;
          IF c.initialised_at IS NOT NULL AND c.parent IS NULL AND keys IS NOT NULL
            AND array_position(keys, NULL) IS NULL THEN
            EXECUTE 'SELECT martlet.counter_' || c.name || '_kept($1)' INTO number USING keys;
            RETURN;
          END IF;
          \(counts)
          EXECUTE martlet.counter_query(c, keys, '$1') INTO number, is_computed USING keys;
          IF is_computed AND c.initialised_at IS NOT NULL THEN
            RAISE NOTICE 'the counter % has no number of that key in %.%: counted from %', counter, c.parent,
              c.parent_column, c.source;
          END IF;
        END
        $body$
        """

    /// Many numbers by one statement, with one look at the index for each: their places among the keys, which are
    /// arrays as texts, and their numbers.
    ///
    /// Keys that have a NULL at the same place are looked up together.
    private static let values = """
        CREATE OR REPLACE FUNCTION martlet.counter_values(
          counter text, literals text[]
        ) RETURNS TABLE (place bigint, number numeric, is_computed boolean)
        LANGUAGE plpgsql STABLE \(pinned) \(planned) AS $body$
        #variable_conflict use_column
        DECLARE
          c martlet.counters := martlet.counter_entry(counter);
          alike record;
        BEGIN
          \(counts)
          FOR alike IN
            SELECT min(CAST(u.k AS text)) AS pattern, array_agg(u.i) AS places, array_agg(u.k) AS keys FROM (
              SELECT i, CAST(l AS text[]) AS key, l AS k FROM unnest(literals) WITH ORDINALITY x(l, i)
            ) u
            GROUP BY cardinality(u.key), ARRAY(SELECT e IS NULL FROM unnest(u.key) WITH ORDINALITY y(e, i) ORDER BY i)
          LOOP
            \(check("CAST(alike.pattern AS text[])"))
            RETURN QUERY EXECUTE format(
              'SELECT u.i, n.number, n.is_computed FROM '
                '(SELECT x.i, CAST(x.l AS text[]) AS k FROM unnest($1, $2) x(i, l) OFFSET 0) u, '
                'LATERAL (%s) n(number, is_computed)',
              martlet.counter_query(c, CAST(alike.pattern AS text[]), 'u.k')) USING alike.places, alike.keys;
          END LOOP;
        END
        $body$
        """

    /// Refuses to make an integer of a sum that is none.
    private static let fraction = """
        CREATE OR REPLACE FUNCTION martlet.counter_fraction(counter text, number numeric) RETURNS bigint
        LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $body$
        BEGIN
          RAISE EXCEPTION 'the counter % is %, which martlet.count would have to round; read it by martlet.sum',
            counter, number USING ERRCODE = '\(PostgresCounterSchemaSQL.State.fraction)';
        END
        $body$
        """

    /// What applications call; in plpgsql, which keeps its plans, as the text of a function in SQL that has settings of
    /// its own is planned at each call.
    private static func readers(named name: String, type: String, number: String) -> [String] {
        func reader(_ parameters: String, _ keys: String) -> String {
            """
            CREATE OR REPLACE FUNCTION martlet.\(name)(counter text\(parameters)) RETURNS \(type)
            LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $body$
            BEGIN
              RETURN (SELECT \(number) FROM martlet.counter_value(counter, \(keys)) v);
            END
            $body$
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
