/// The schema `martlet` as far as all counters share it.
///
/// Everything may be run again at any time.
struct PostgresCounterSchemaSQL: Sendable {
    /// Errors that the functions raise, in a class that PostgreSQL does not use.
    enum State {
        static let unknownCounter = "MC001"
        static let invalidKey = "MC002"
        static let unsupportedTransaction = "MC003"
        static let fraction = "MC004"
        static let tableGone = "MC005"
    }

    /// Statements in order.
    static var statements: [String] {
        [refusalOfStrangers, "CREATE SCHEMA IF NOT EXISTS martlet", "GRANT USAGE ON SCHEMA martlet TO PUBLIC"]
            + [countersTable, reservations]
            + PostgresCounterReadSQL.statements + PostgresCounterReserveSQL.statements
    }

    /// Takes away what all counters share when none is left.
    ///
    /// It stays where a view of the application calls one of the functions, or where another role made it. The schema
    /// stays where it has more in it, as the journal of migrations.
    static let removalOfUnused = """
        DO $martlet$
        DECLARE
          routine text;
        BEGIN
          IF EXISTS (SELECT FROM martlet.counters) THEN RETURN; END IF;
          BEGIN
            FOR routine IN
              SELECT CAST(CAST(oid AS pg_catalog.regprocedure) AS text) FROM pg_catalog.pg_proc
              WHERE pronamespace = CAST('martlet' AS pg_catalog.regnamespace) AND proname IN (
                'count', 'sum', 'reserve', 'counter_place', 'counter_query', 'counter_entry', 'counter_value',
                'counter_values', 'counter_fraction')
            LOOP
              EXECUTE 'DROP FUNCTION ' || routine;
            END LOOP;
            DROP DOMAIN IF EXISTS martlet.exact_number;
            DROP TABLE martlet.reservations, martlet.counters;
          EXCEPTION WHEN dependent_objects_still_exist OR insufficient_privilege THEN RETURN;
          END;
          BEGIN
            DROP SCHEMA martlet;
          EXCEPTION WHEN dependent_objects_still_exist OR insufficient_privilege THEN NULL;
          END;
        END $martlet$
        """

    /// Fails where the schema, or something in it, belongs to another role than a superuser, or others may add to it.
    ///
    /// Whoever owns a function or table there could have all that is installed run what he likes with its owner's
    /// rights: `CREATE OR REPLACE` leaves the owner as it is.
    private static let refusalOfStrangers = """
        DO $martlet$
        DECLARE
          stranger pg_catalog.text;
        BEGIN
          SELECT coalesce(r.rolname, 'PUBLIC') INTO stranger
          FROM pg_catalog.pg_namespace n CROSS JOIN LATERAL (
            SELECT n.nspowner
            UNION SELECT c.relowner FROM pg_catalog.pg_class c WHERE c.relnamespace = n.oid
            UNION SELECT p.proowner FROM pg_catalog.pg_proc p WHERE p.pronamespace = n.oid
            UNION SELECT a.grantee FROM pg_catalog.aclexplode(n.nspacl) a WHERE a.privilege_type = 'CREATE'
          ) o (owner) LEFT JOIN pg_catalog.pg_roles r ON r.oid = o.owner
          WHERE n.nspname = 'martlet' AND r.rolsuper IS NOT TRUE AND r.rolname IS DISTINCT FROM current_user LIMIT 1;
          IF stranger IS NOT NULL THEN
            RAISE EXCEPTION 'the schema martlet was left as it is: % owns it or something in it, or may add to it, and '
              'could use the rights of % through counters; connect as its owner, or take it from %',
              stranger, current_user, stranger USING ERRCODE = 'insufficient_privilege';
          END IF;
        END $martlet$
        """

    private static let countersTable = """
        CREATE TABLE IF NOT EXISTS martlet.counters (
          name text PRIMARY KEY,
          source regclass NOT NULL,
          key_columns text[] NOT NULL,
          key_types text[] NOT NULL,
          key_collations text[] NOT NULL,
          is_hashable boolean NOT NULL,
          condition text,
          amount text,
          typed_condition text,
          typed_amount text,
          parent regclass,
          parent_column text,
          parent_keys text[],
          parent_types text[],
          parent_references text[],
          parent_equalities text[],
          created_at timestamptz NOT NULL DEFAULT now(),
          initialised_at timestamptz,
          backfilled_to text[],
          backfilled_keys bigint NOT NULL DEFAULT 0
        )
        """

    /// One row is locked by whoever asks for room, so that those who race for the same number wait for one another.
    private static let reservations = """
        CREATE TABLE IF NOT EXISTS martlet.reservations (
          counter text NOT NULL,
          key_hash integer NOT NULL,
          asked_by xid8 NOT NULL,
          reached numeric,
          PRIMARY KEY (counter, key_hash)
        ) WITH (fillfactor = 50)
        """
}
