/// Finds the keyword of a word by the word's hash.
///
/// Open addressing over a power of two that leaves three quarters of the slots empty, so that nearly every name that is
/// no keyword is told from one by a single comparison.
struct KeywordTable: Sendable {
    /// The words of both dialects.
    static let shared = KeywordTable()

    private struct Slot: Sendable {
        var hash: UInt64 = 0
        var keyword = Keyword.none
    }

    private static let slotCount = 1024

    private let slots: [Slot]

    private init() {
        var slots = [Slot](repeating: Slot(), count: Self.slotCount)
        for (word, keyword) in Self.keywords() {
            let hash = Self.hash(of: word)
            var index = Int(truncatingIfNeeded: hash) & (Self.slotCount - 1)
            while slots[index].hash != 0, slots[index].hash != hash {
                index = (index + 1) & (Self.slotCount - 1)
            }
            slots[index] = Slot(hash: hash, keyword: keyword)
        }
        self.slots = slots
    }

    /// What is known of the word with this hash.
    @inline(__always)
    func keyword(_ hash: UInt64) -> Keyword {
        slots.withUnsafeBufferPointer { slots in
            var index = Int(truncatingIfNeeded: hash) & (Self.slotCount - 1)
            while slots[index].hash != 0 {
                if slots[index].hash == hash { return slots[index].keyword }
                index = (index + 1) & (Self.slotCount - 1)
            }
            return .none
        }
    }

    private static func hash(of word: some StringProtocol) -> UInt64 {
        var hash = WordHash()
        for byte in word.lowercased().utf8 { hash.add(byte) }
        return hash.value
    }

    private static func keywords() -> [Substring: Keyword] {
        var traits: [Substring: Keyword.Traits] = [:]
        for word in plain.split(whereSeparator: \.isWhitespace) { traits[word, default: []].formUnion(.keyword) }
        for word in reserved.split(whereSeparator: \.isWhitespace) {
            traits[word, default: []].formUnion([.keyword, .reserved])
        }
        for word in beforeOperand.split(whereSeparator: \.isWhitespace) {
            traits[word, default: []].formUnion([.keyword, .beforeOperand])
        }
        for word in beforePlaceholder.split(whereSeparator: \.isWhitespace) {
            traits[word, default: []].formUnion(.beforePlaceholder)
        }
        for word in roles.keys { traits[word, default: []].formUnion(.keyword) }
        return Dictionary(
            uniqueKeysWithValues: traits.map { word, traits in
                (word, Keyword(role: roles[word] ?? .none, traits: traits))
            }
        )
    }

    private static let roles: [Substring: Keyword.Role] = [
        "IN": .in, "ANY": .list, "SOME": .list, "ALL": .list, "ARRAY": .list, "VALUES": .values, "SELECT": .select,
        "NULL": .null, "TRUE": .boolean, "FALSE": .boolean, "DEFAULT": .default, "IS": .is, "NOT": .not, "SET": .set,
        "TO": .to, "FROM": .from, "ON": .on, "SAVEPOINT": .savepoint, "RELEASE": .savepoint, "ROLLBACK": .rollback,
        "DECLARE": .named, "CLOSE": .named, "DEALLOCATE": .named, "PREPARE": .named, "EXECUTE": .named, "FETCH": .fetch,
        "MOVE": .fetch, "INTO": .into, "TRANSACTION": .transaction, "CREATE": .create, "TRIGGER": .trigger,
        "BEGIN": .begin, "ATOMIC": .atomic, "CASE": .case, "END": .end, "TEMP": .temporary, "TEMPORARY": .temporary,
    ]

    /// The reserved words of https://www.postgresql.org/docs/15/sql-keywords-appendix.html, which SQLite's are among.
    private static let reserved = """
        ALL ANALYSE ANALYZE AND ANY ARRAY AS ASC ASYMMETRIC BOTH CASE CAST CHECK COLLATE COLUMN CONSTRAINT CREATE
        CURRENT_CATALOG CURRENT_DATE CURRENT_ROLE CURRENT_TIME CURRENT_TIMESTAMP CURRENT_USER DEFAULT DEFERRABLE DESC
        DISTINCT DO ELSE END EXCEPT FALSE FETCH FOR FOREIGN FROM GRANT GROUP HAVING IN INITIALLY INTERSECT INTO LATERAL
        LEADING LIMIT LOCALTIME LOCALTIMESTAMP NOT NULL OFFSET ON ONLY OR ORDER PLACING PRIMARY REFERENCES RETURNING
        SELECT SESSION_USER SOME SYMMETRIC TABLE THEN TO TRAILING TRUE UNION UNIQUE USER USING VARIADIC WHEN WHERE
        WINDOW WITH
        """

    /// Words behind which an expression begins.
    private static let beforeOperand = """
        ALL AND ANY ASYMMETRIC BETWEEN BY CASE DEFAULT DISTINCT DO ELSE ESCAPE EXCEPT FROM GLOB HAVING ILIKE IN
        INTERSECT IS LEADING LIKE LIMIT MATCH NOT OFFSET ON OR REGEXP RETURNING SELECT SET SOME SYMMETRIC THEN TO
        TRAILING UNION USING VALUES VARIADIC WHEN WHERE
        """

    /// Words that may be columns, and yet have placeholders behind them: `FETCH FIRST ? ROWS`, `AT TIME ZONE ?`.
    private static let beforePlaceholder = """
        AS CALL EXECUTE FETCH FIRST FORWARD BACKWARD INTERVAL NEXT ZONE
        """

    /// Further words that are written in capitals, leaving out those that often name columns.
    private static let plain = """
        ABORT ADD AFTER ALTER ALWAYS ANTI ATTACH AUTOINCREMENT BEFORE BEGIN BETWEEN BY CALL CASCADE CASCADED CHECKPOINT
        CLUSTER COMMENT COMMIT CONCURRENTLY CONFLICT COPY CROSS CURSOR CYCLE DATABASE DEFERRED DELETE DELIMITER DETACH
        DISABLE DROP EACH ENABLE EXCLUDE EXCLUDED EXCLUSIVE EXISTS EXPLAIN EXTENSION FIRST FOLLOWING FREEZE FULL
        FUNCTION GENERATED GROUPS IDENTITY IF IGNORE ILIKE IMMEDIATE INCLUDE INDEX INDEXED INHERITS INNER INSERT INSTEAD
        INTERVAL ISNULL JOIN KEY LAST LEFT LIKE LISTEN LOCK LOCKED MATCHED MATERIALIZED MERGE NATURAL NOTIFY NOTHING
        NOTNULL NOWAIT NULLS OF OUTER OVER OVERLAPS OVERRIDING OWNED OWNER PARTITION PRAGMA PRECEDING PROCEDURE RANGE
        RECURSIVE REFRESH REINDEX RENAME REPLACE RESET RESTART RESTRICT RETURNS REVOKE RIGHT ROLLUP ROWS SCHEMA SEQUENCE
        SERIALIZABLE SHARE SIMILAR SKIP START STDIN STDOUT TABLESAMPLE TIES TRUNCATE TYPE UNBOUNDED UNLISTEN UNLOGGED
        UPDATE VACUUM VIEW VIRTUAL WITHIN WITHOUT FILTER
        """
}
