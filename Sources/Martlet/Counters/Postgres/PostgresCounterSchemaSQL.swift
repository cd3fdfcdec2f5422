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
    }

    /// Statements in order.
    static var statements: [String] {
        ["CREATE SCHEMA IF NOT EXISTS martlet", "GRANT USAGE ON SCHEMA martlet TO PUBLIC", countersTable, reservations]
            + PostgresCounterReadSQL.statements + PostgresCounterReserveSQL.statements
    }

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
