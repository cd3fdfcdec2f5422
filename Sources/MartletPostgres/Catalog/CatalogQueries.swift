/// What is asked of PostgreSQL's system catalogs, for versions 12 to 18.
///
/// Every query is one statement over all tables. None reads anything that a role without privileges may not: what such
/// a role cannot see (pg_stats of others' tables, values of sequences) comes back as NULL.
///
/// Sources: "System Catalogs" and "The Cumulative Statistics System", PostgreSQL 12 to 18.
enum CatalogQueries {
    /// All of them in the order in which `CatalogReader` takes their answers, perhaps without tables that a session
    /// holds, or waits for, exclusively.
    static func all(leavesOutLocked: Bool) -> [String] {
        [
            database, leavesOutLocked ? leaveOutLocked : leaveOutNothing, locked, tables, columns, indexes,
            specialKeys, constraints, sequences, restoreSettings,
        ]
    }

    /// The database, and settings until the transaction ends.
    ///
    /// An empty search path makes the server print every name with its schema, and no function of a user can stand in
    /// for one of the server. Sizes and expressions cannot be read while another session locks the table exclusively:
    /// better to fail after a while than to wait for hours.
    private static let database = """
        SELECT current_database()::text, current_setting('server_version'), pg_database_size(current_database()),
          (SELECT stats_reset FROM pg_stat_database WHERE datname = current_database()),
          clock_timestamp(), pg_is_in_recovery(), current_setting('track_counts')::bool,
          set_config('martlet.search_path', current_setting('search_path'), true),
          set_config('martlet.lock_timeout', current_setting('lock_timeout'), true),
          set_config('search_path', '', true), set_config('lock_timeout', '2s', true)
        """

    /// The transaction may be the caller's, and goes on.
    private static let restoreSettings = """
        SELECT set_config('search_path', current_setting('martlet.search_path'), true),
          set_config('lock_timeout', current_setting('martlet.lock_timeout'), true)
        """

    private static let leaveOutNothing = "SELECT set_config('martlet.locked', '{}', true)"

    /// Whoever waits for such a lock holds off all who come later, as if he had it.
    private static let leaveOutLocked = """
        SELECT set_config('martlet.locked', coalesce(array_agg(DISTINCT coalesce(i.indrelid, l.relation)), '{}')::text,
          true)
        FROM pg_locks l
        LEFT JOIN pg_index i ON i.indexrelid = l.relation
        WHERE l.locktype = 'relation' AND l.mode = 'AccessExclusiveLock' AND l.pid IS DISTINCT FROM pg_backend_pid()
          AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
        """

    /// Who holds each table that is left out: the one who has waited for nobody, longest first.
    ///
    /// A prepared transaction has no session. What a session does is NULL for whoever may not know.
    private static let locked = """
        SELECT n.nspname::text, c.relname::text, h.pid, h.state, h.seconds,
          (SELECT count(DISTINCT w.pid)::int4 FROM pg_locks w WHERE NOT w.granted AND w.relation = c.oid
            AND w.database = (SELECT oid FROM pg_database WHERE datname = current_database()))
        FROM unnest(current_setting('martlet.locked')::oid[]) o(oid)
        JOIN pg_class c ON c.oid = o.oid
        JOIN pg_namespace n ON n.oid = c.relnamespace
        LEFT JOIN LATERAL (
          SELECT l.pid, a.state, extract(epoch FROM clock_timestamp() - a.xact_start)::float8 AS seconds
          FROM pg_locks l
          LEFT JOIN pg_stat_activity a ON a.pid = l.pid
          WHERE l.locktype = 'relation' AND l.mode = 'AccessExclusiveLock' AND l.granted
            AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
            AND (l.relation = c.oid OR l.relation IN (SELECT i.indexrelid FROM pg_index i WHERE i.indrelid = c.oid))
          ORDER BY a.xact_start LIMIT 1
        ) h ON true
        WHERE n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'martlet')
        ORDER BY n.nspname, c.relname
        """

    /// Tables of users: not the server's, not Martlet's own, not those that an extension brought.
    private static let relations = """
        WITH relations AS MATERIALIZED (
          SELECT c.*, n.nspname FROM pg_catalog.pg_class c
          JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
          WHERE c.relkind IN ('r', 'p', 'f', 'm') AND n.nspname !~ '^pg_'
            AND n.nspname NOT IN ('information_schema', 'martlet')
            AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::regclass
              AND d.objid = c.oid AND d.deptype = 'e')
            AND c.oid <> ALL (current_setting('martlet.locked')::oid[])
        )

        """

    /// Before version 14 a table that was never analysed has no rows and no pages, since then -1 rows.
    ///
    /// A session that loads a table and analyses it at once reports what it inserted up to a second later
    /// (PGSTAT_MIN_INTERVAL), on top of the rows that ANALYZE has counted: each row shows twice, and all as changed
    /// since. One that does both in a transaction reports the rows once, and as changed since all the same. It is
    /// `late` if all there ever was are inserts, all counted since ANALYZE, and no page has come since.
    private static let tables =
        relations + """
            SELECT c.oid::int8, c.nspname::text, c.relname::text, c.relkind::text, c.relispartition,
              (SELECT i.inhparent::int8 FROM pg_inherits i WHERE i.inhrelid = c.oid AND c.relispartition),
              CASE WHEN c.reltuples < 0 THEN NULL
                WHEN c.reltuples = 0 AND c.relpages = 0
                  AND current_setting('server_version_num')::int < 140000 THEN NULL
                ELSE c.reltuples::int8 END,
              coalesce(pg_table_size(c.oid), 0),
              s.seq_scan, s.seq_tup_read, coalesce(s.idx_scan, 0), s.n_tup_ins + s.n_tup_upd + s.n_tup_del,
              CASE WHEN late THEN c.reltuples::int8 ELSE s.n_live_tup END, s.n_dead_tup,
              CASE WHEN late THEN 0 ELSE s.n_mod_since_analyze END,
              greatest(s.last_analyze, s.last_autoanalyze), greatest(s.last_vacuum, s.last_autovacuum)
            FROM relations c
            LEFT JOIN pg_stat_all_tables s ON s.relid = c.oid
            CROSS JOIN LATERAL (
              SELECT c.reltuples > 0 AND s.n_tup_upd = 0 AND s.n_tup_del = 0
                AND s.n_mod_since_analyze = s.n_tup_ins
                AND (s.n_live_tup = c.reltuples::int8 + s.n_tup_ins
                  -- Of a large table ANALYZE estimates the rows.
                  OR s.n_live_tup = s.n_tup_ins AND c.reltuples BETWEEN 0.9 * s.n_tup_ins AND 1.1 * s.n_tup_ins)
                AND coalesce(pg_relation_size(c.oid), 0)
                  <= c.relpages::int8 * current_setting('block_size')::int8 AS late
            ) l
            ORDER BY c.nspname, c.relname
            """

    /// The statistics of a partitioned table are those of all its rows ("inherited").
    private static let columns =
        relations + """
            SELECT a.attrelid::int8, a.attnum::int4, a.attname::text, format_type(a.atttypid, a.atttypmod),
              NOT a.attnotnull, CASE WHEN a.attgenerated = '' THEN pg_get_expr(d.adbin, d.adrelid) END,
              s.n_distinct::float8, s.null_frac::float8
            FROM relations c
            JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
            LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum AND a.atthasdef
            LEFT JOIN pg_stats s ON s.schemaname = c.nspname AND s.tablename = c.relname AND s.attname = a.attname
              AND s.inherited = (c.relkind = 'p')
            ORDER BY a.attrelid, a.attnum
            """

    /// An index of a partitioned table that lacks some partition is invalid too, but nothing has been interrupted; nor
    /// has a build that is still going on.
    ///
    /// NULLS NOT DISTINCT came with version 15: `to_jsonb` asks for it without naming a column that older ones lack.
    private static let indexes =
        relations + """
            SELECT i.indexrelid::int8, i.indrelid::int8, x.relname::text, am.amname::text, i.indkey::int2[],
              i.indoption::int2[], i.indnkeyatts::int4, pg_get_expr(i.indpred, i.indrelid), i.indisunique,
              i.indisprimary, o.conname::text,
              CASE c.relreplident WHEN 'i' THEN i.indisreplident WHEN 'd' THEN i.indisprimary ELSE false END,
              i.indisvalid OR x.relkind = 'I' OR p.index_relid IS NOT NULL,
              coalesce(pg_table_size(x.oid), 0), pg_stat_get_numscans(x.oid), pg_get_indexdef(x.oid),
              (SELECT h.inhparent::int8 FROM pg_inherits h WHERE h.inhrelid = x.oid AND x.relispartition),
              NOT coalesce((to_jsonb(i) ->> 'indnullsnotdistinct')::bool, false), NOT i.indimmediate,
              obj_description(x.oid, 'pg_class'), i.indisclustered, e.numbers, e.targets,
              (SELECT s.spcname::text FROM pg_tablespace s WHERE s.oid = x.reltablespace),
              x.oid IN (SELECT r.conindid FROM pg_constraint r WHERE r.contype = 'f')
            FROM relations c
            JOIN pg_index i ON i.indrelid = c.oid
            JOIN pg_class x ON x.oid = i.indexrelid
            JOIN pg_am am ON am.oid = x.relam
            LEFT JOIN pg_constraint o ON o.conindid = x.oid AND o.conrelid = c.oid AND o.contype IN ('p', 'u', 'x')
            LEFT JOIN pg_stat_progress_create_index p ON p.index_relid = x.oid
            CROSS JOIN LATERAL (
              SELECT coalesce(array_agg(a.attnum::int4 ORDER BY a.attnum), '{}') AS numbers,
                coalesce(array_agg(a.attstattarget::int4 ORDER BY a.attnum), '{}') AS targets
              FROM pg_attribute a WHERE a.attrelid = x.oid AND a.attstattarget >= 0
            ) e
            ORDER BY i.indrelid, x.relname
            """

    /// Only keys that are more than a column with the defaults of its type.
    private static let specialKeys =
        relations + """
            SELECT i.indexrelid::int8, k.position::int4,
              CASE WHEN k.attnum = 0 THEN pg_get_indexdef(i.indexrelid, k.position::int4, true) END,
              CASE WHEN k.collationid <> 0 AND k.collationid <> coalesce(a.attcollation, 100)
                THEN quote_ident(b.collname) END,
              CASE WHEN NOT o.opcdefault OR x.attoptions IS NOT NULL
                THEN quote_ident(o.opcname) || coalesce('(' || array_to_string(x.attoptions, ', ') || ')', '') END
            FROM relations c
            JOIN pg_index i ON i.indrelid = c.oid
            CROSS JOIN LATERAL unnest(i.indkey::int2[], i.indclass::oid[], i.indcollation::oid[])
              WITH ORDINALITY k(attnum, classid, collationid, position)
            JOIN pg_opclass o ON o.oid = k.classid
            JOIN pg_attribute x ON x.attrelid = i.indexrelid AND x.attnum = k.position
            LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum AND k.attnum <> 0
            LEFT JOIN pg_collation b ON b.oid = k.collationid
            WHERE k.attnum = 0 OR NOT o.opcdefault OR x.attoptions IS NOT NULL
              OR k.collationid <> 0 AND k.collationid <> coalesce(a.attcollation, 100)
            """

    /// A foreign key to a partitioned table has a shadow for each partition, which is left out.
    private static let constraints =
        relations + """
            SELECT o.conrelid::int8, o.conname::text, o.contype::text, coalesce(o.conkey, '{}'), o.convalidated,
              n.nspname::text, f.relname::text,
              CASE WHEN o.contype = 'f' THEN ARRAY(SELECT a.attname::text
                FROM unnest(o.confkey) WITH ORDINALITY k(attnum, position)
                JOIN pg_attribute a ON a.attrelid = o.confrelid AND a.attnum = k.attnum ORDER BY k.position) END,
              o.confdeltype::text, CASE WHEN o.contype = 'c' THEN pg_get_expr(o.conbin, o.conrelid) END
            FROM relations c
            JOIN pg_constraint o ON o.conrelid = c.oid AND o.contype IN ('p', 'u', 'f', 'c', 'x')
            LEFT JOIN pg_class f ON f.oid = o.confrelid AND o.contype = 'f'
            LEFT JOIN pg_namespace n ON n.oid = f.relnamespace
            WHERE o.conparentid = 0
              OR o.conrelid <> (SELECT q.conrelid FROM pg_constraint q WHERE q.oid = o.conparentid)
            ORDER BY o.conrelid, o.conname
            """

    /// The column that owns a sequence, or else the one whose default draws from it.
    ///
    /// The value of an unlogged sequence cannot be read on a replica.
    private static let sequences = """
        SELECT n.nspname::text, c.relname::text,
          CASE WHEN has_sequence_privilege(c.oid, 'SELECT,USAGE')
            AND NOT (pg_is_in_recovery() AND c.relpersistence = 'u') THEN pg_sequence_last_value(c.oid) END,
          s.seqmax, s.seqmin, s.seqincrement, u.nspname::text, t.relname::text, a.attname::text,
          CASE a.atttypid WHEN 'int2'::regtype THEN 2 WHEN 'int4'::regtype THEN 4 ELSE 8 END, s.seqcycle
        FROM pg_sequence s
        JOIN pg_class c ON c.oid = s.seqrelid
        JOIN pg_namespace n ON n.oid = c.relnamespace
        LEFT JOIN LATERAL (
          SELECT d.refobjid AS relation, d.refobjsubid AS attnum, 0 AS rank FROM pg_depend d
          WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.refclassid = 'pg_class'::regclass
            AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i')
          UNION ALL
          SELECT e.adrelid, e.adnum, 1 FROM pg_depend d JOIN pg_attrdef e ON e.oid = d.objid
          WHERE d.classid = 'pg_attrdef'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = c.oid
          ORDER BY 3, 1, 2 LIMIT 1
        ) feeds ON true
        LEFT JOIN pg_attribute a ON a.attrelid = feeds.relation AND a.attnum = feeds.attnum
        LEFT JOIN pg_class t ON t.oid = feeds.relation
        LEFT JOIN pg_namespace u ON u.oid = t.relnamespace
        WHERE n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'martlet')
          AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass
            AND d.objid = c.oid AND d.deptype = 'e')
        ORDER BY n.nspname, c.relname
        """
}
