import MartletCore
import Testing

/// One of the ways that rows change, as statements that a test runs after counters were installed.
struct CounterChange: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let script: String
    /// Rows that are left of the 110 that were there.
    let rows: Int
    /// Whether partitioned tables refuse it.
    var isForPlainTablesOnly = false

    init(_ name: String, rows: Int, isForPlainTablesOnly: Bool = false, _ script: String) {
        testDescription = name
        self.script = script
        self.rows = rows
        self.isForPlainTablesOnly = isForPlainTablesOnly
    }

    static let all = adding + changing + removing + transactions

    private static let adding = [
        CounterChange("one row is inserted", rows: 111, "INSERT INTO messages (id, chat_id) VALUES (1000, 3)"),
        CounterChange(
            "rows of many keys are inserted at once",
            rows: 1_110,
            "INSERT INTO messages (id, chat_id, size) SELECT g, g % 20 + 1, g / 8.0 FROM generate_series(1001, 2000) g"
        ),
        CounterChange(
            "rows of one key are inserted at once",
            rows: 114,
            "INSERT INTO messages (id, chat_id) VALUES (1001, 5), (1002, 5), (1003, NULL), (1004, NULL)"
        ),
        CounterChange("no row is inserted", rows: 110, "INSERT INTO messages SELECT * FROM messages WHERE false"),
        CounterChange(
            "rows are copied within the table",
            rows: 220,
            "INSERT INTO messages SELECT id + 1000, chat_id, body, deleted_at, size FROM messages"
        ),
        CounterChange(
            "an upsert inserts and updates",
            rows: 111,
            """
            INSERT INTO messages (id, chat_id, size) VALUES (1, 7, 9), (2, 7, 9), (1001, 7, 9)
            ON CONFLICT (id) DO UPDATE SET chat_id = excluded.chat_id, size = excluded.size
            """
        ),
        CounterChange(
            "an upsert leaves what is there",
            rows: 111,
            "INSERT INTO messages (id, chat_id) VALUES (1, 7), (1001, 7) ON CONFLICT DO NOTHING"
        ),
        CounterChange(
            "a merge inserts, updates and deletes",
            rows: 110,
            """
            MERGE INTO messages m USING (VALUES (1, 9), (2, NULL), (1001, 9)) v(id, chat_id) ON m.id = v.id
            WHEN MATCHED AND v.chat_id IS NULL THEN DELETE
            WHEN MATCHED THEN UPDATE SET chat_id = v.chat_id, deleted_at = now()
            WHEN NOT MATCHED THEN INSERT (id, chat_id) VALUES (v.id, v.chat_id)
            """
        ),
    ]

    private static let changing = [
        CounterChange("the key changes", rows: 110, "UPDATE messages SET chat_id = chat_id + 1 WHERE id < 50"),
        CounterChange("the key becomes NULL", rows: 110, "UPDATE messages SET chat_id = NULL WHERE chat_id < 4"),
        CounterChange("the key is given", rows: 110, "UPDATE messages SET chat_id = 20 WHERE chat_id IS NULL"),
        CounterChange("rows are softly deleted", rows: 110, "UPDATE messages SET deleted_at = now() WHERE id % 3 = 0"),
        CounterChange(
            "rows are deleted and undeleted",
            rows: 110,
            """
            UPDATE messages SET deleted_at = now() WHERE id % 3 = 0;
            UPDATE messages SET deleted_at = NULL, chat_id = 2 WHERE id % 2 = 0
            """
        ),
        CounterChange("neither key nor condition changes", rows: 110, "UPDATE messages SET body = 'x'"),
        CounterChange("what is added up changes", rows: 110, "UPDATE messages SET size = size * 1.25 WHERE id < 60"),
        CounterChange("what is added up goes", rows: 110, "UPDATE messages SET size = NULL WHERE id < 60"),
        CounterChange("rows move to other partitions", rows: 110, "UPDATE messages SET id = id + 900 WHERE id % 2 = 0"),
        CounterChange(
            "rows move to other partitions and keys",
            rows: 110,
            "UPDATE messages SET id = id + 900, chat_id = 15 WHERE id % 2 = 0"
        ),
        CounterChange("no row is updated", rows: 110, "UPDATE messages SET chat_id = 1 WHERE false"),
        CounterChange(
            "the keys of two rows are exchanged",
            rows: 110,
            "UPDATE messages SET chat_id = CASE id WHEN 1 THEN 3 ELSE 2 END WHERE id IN (1, 2)"
        ),
    ]

    private static let removing = [
        CounterChange("a row is deleted", rows: 109, "DELETE FROM messages WHERE id = 7"),
        CounterChange("all rows are deleted", rows: 0, "DELETE FROM messages"),
        CounterChange("no row is deleted", rows: 110, "DELETE FROM messages WHERE false"),
        CounterChange("a parent is deleted and takes rows along", rows: 100, "DELETE FROM chats WHERE id = 4"),
        CounterChange("many parents are deleted", rows: 60, "DELETE FROM chats WHERE id <= 5"),
        CounterChange("a parent changes its key", rows: 110, "UPDATE chats SET id = 100 WHERE id = 4"),
        CounterChange("the table is truncated", rows: 0, "TRUNCATE messages"),
        CounterChange("its parent is truncated", rows: 0, "TRUNCATE chats CASCADE"),
        CounterChange(
            "the table is truncated and filled again",
            rows: 2,
            "BEGIN; TRUNCATE messages; INSERT INTO messages (id, chat_id, size) VALUES (1, 1, 1), (2, 20, 2); COMMIT"
        ),
        CounterChange(
            "a truncation is rolled back",
            rows: 111,
            "BEGIN; TRUNCATE messages; ROLLBACK; INSERT INTO messages (id, chat_id) VALUES (1001, 1)"
        ),
        CounterChange(
            "own rows are truncated",
            rows: 0,
            "BEGIN; INSERT INTO messages (id, chat_id) VALUES (1001, 1); TRUNCATE messages; COMMIT"
        ),
        CounterChange(
            "the table is truncated at REPEATABLE READ",
            rows: 1,
            isForPlainTablesOnly: true,
            """
            BEGIN ISOLATION LEVEL REPEATABLE READ; TRUNCATE messages;
            INSERT INTO messages (id, chat_id, size) VALUES (1, 1, 1); COMMIT
            """
        ),
        CounterChange(
            "the table is truncated at SERIALIZABLE",
            rows: 0,
            isForPlainTablesOnly: true,
            "BEGIN ISOLATION LEVEL SERIALIZABLE; INSERT INTO messages (id) VALUES (1001); TRUNCATE messages; COMMIT"
        ),
    ]

    private static let transactions = [
        CounterChange(
            "a transaction is rolled back",
            rows: 110,
            "BEGIN; INSERT INTO messages (id, chat_id) VALUES (1001, 1); DELETE FROM messages WHERE id = 1; ROLLBACK"
        ),
        CounterChange(
            "a savepoint is rolled back and another is kept",
            rows: 111,
            """
            BEGIN; SAVEPOINT a; DELETE FROM messages WHERE chat_id = 1; ROLLBACK TO a;
            SAVEPOINT b; INSERT INTO messages (id, chat_id) VALUES (1001, 1); RELEASE b; COMMIT
            """
        ),
        CounterChange(
            "a block catches its exception",
            rows: 111,
            """
            DO $$ BEGIN
              BEGIN
                INSERT INTO messages (id, chat_id) VALUES (1001, 1); INSERT INTO messages (id, chat_id) VALUES (1, 1);
              EXCEPTION WHEN unique_violation THEN NULL; END;
              INSERT INTO messages (id, chat_id) VALUES (1002, 2);
            END $$
            """
        ),
        CounterChange(
            "transactions at higher levels write",
            rows: 111,
            """
            BEGIN ISOLATION LEVEL REPEATABLE READ; INSERT INTO messages (id, chat_id) VALUES (1001, 1);
            UPDATE messages SET chat_id = 2 WHERE id = 1001; COMMIT;
            BEGIN ISOLATION LEVEL SERIALIZABLE; INSERT INTO messages (id, chat_id) VALUES (1002, 1);
            DELETE FROM messages WHERE id = 1; COMMIT
            """
        ),
        CounterChange(
            "statements write to the table twice at once",
            rows: 110,
            """
            WITH gone AS (DELETE FROM messages WHERE id <= 10 RETURNING *)
            INSERT INTO messages SELECT id + 1000, chat_id + 1, body, now(), size FROM gone
            """
        ),
        CounterChange(
            "a function writes",
            rows: 111,
            """
            CREATE FUNCTION send(bigint) RETURNS void LANGUAGE sql AS
              'INSERT INTO messages (id, chat_id) VALUES ($1, 4)';
            SELECT send(1001)
            """
        ),
        CounterChange(
            "many statements of one transaction write, and fold",
            rows: 710,
            """
            DO $$ BEGIN
              FOR i IN 1001 .. 2000 LOOP INSERT INTO messages (id, chat_id, size) VALUES (i, i % 3, 0.5); END LOOP;
              FOR i IN 1001 .. 1400 LOOP DELETE FROM messages WHERE id = i; END LOOP;
              FOR i IN 1401 .. 1600 LOOP UPDATE messages SET chat_id = 6 WHERE id = i; END LOOP;
            END $$
            """
        ),
    ]
}
