import MartletCore

/// The table that says what has changed, in the words of one database.
struct CacheLog {
    /// How far it was read: on PostgreSQL a snapshot as text, on SQLite the last row.
    enum Cursor: Sendable, Hashable {
        case snapshot(String)
        case row(Int64)
    }

    /// What came since the last look.
    struct Changes: Sendable {
        var cursor: Cursor
        var changes: [CacheInvalidation]
    }

    /// Where a feed begins, and what the log knows of before.
    struct Start: Sendable {
        var cursor: Cursor
        /// A name that no other log has, and this one no more after it was lost.
        var epoch: String?
        /// Whoever sees all that has a smaller number has missed nothing but what is in `changes`; `.max` if that is
        /// not known.
        var floor = UInt64.max
        /// What is in the log, by number of transaction or row.
        var changes: [(change: CacheInvalidation, number: UInt64)] = []
    }

    /// What a row tells, as its column `kind` says; the numbers stand in tables of applications that run.
    enum RowKind: Int64 {
        /// A key has changed: its scope and itself.
        case key = 0
        /// What carries a tag has changed; the tag stands in the column `key`.
        case tag = 1
        /// Everything has.
        case everything = 2
        /// No change, but what the log keeps for itself: one row, whose column `key` is read below.
        case own = 3

        /// SQLite: the log's name, in row 0.
        static let name = own
        /// PostgreSQL: the number of the transaction from which on all rows are there.
        static let mark = own

        var sql: String { String(rawValue) }
    }

    /// Changes that nobody can be told of one by one, so that the caches begin anew.
    enum Gap: Error, CustomStringConvertible {
        /// Rows were removed before they were read.
        case removed
        /// More came at once than are read at once.
        case tooMany

        var description: String {
            switch self {
            case .removed: "changes were removed from the log before they were read; the caches begin anew"
            case .tooMany: "more than \(CacheLog.changesMax) changes came at once; the caches begin anew"
            }
        }
    }

    /// Changes that are read at once: a few megabytes.
    ///
    /// With more in the log, a feed begins without what was before it, and one that follows begins anew.
    static let changesMax = 50_000

    /// SQLite binds up to 32,766 values (SQLITE_MAX_VARIABLE_NUMBER); 400 rows are far below, and one round trip
    /// carries them easily.
    private static let rowsPerStatement = 400

    let dialect: Dialect

    /// Statements that make the table if there is none.
    ///
    /// On PostgreSQL it is unlogged: a crash empties it, but a crash also breaks the connections of all who read it,
    /// and whoever connects begins with empty caches. So a change costs no write-ahead log.
    var installation: String {
        switch dialect {
        case .sqlite:
            """
            CREATE TABLE IF NOT EXISTS martlet_cache_log (
                id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, scope TEXT NOT NULL, key TEXT NOT NULL);
            INSERT OR IGNORE INTO martlet_cache_log VALUES (0, \(RowKind.name.sql), '', lower(hex(randomblob(16))));
            """
        default:
            """
            CREATE UNLOGGED TABLE IF NOT EXISTS martlet_cache_log (
                xid xid8 NOT NULL DEFAULT pg_current_xact_id(), kind integer NOT NULL, scope text NOT NULL,
                key text NOT NULL);
            CREATE INDEX IF NOT EXISTS martlet_cache_log_xid ON martlet_cache_log (xid);
            """
        }
    }

    /// Enters one change: nearly every write, so its text is not put together anew each time.
    private static let recordingOne = Statement("INSERT INTO martlet_cache_log (kind, scope, key) VALUES ($1, $2, $3)")

    /// Statements that enter changes.
    func recording(_ changes: some Collection<CacheInvalidation>) -> [BoundStatement] {
        if changes.count == 1, let change = changes.first {
            return [BoundStatement(Self.recordingOne, values: Self.values(change))]
        }
        let changes = Array(changes)
        return stride(from: 0, to: changes.count, by: Self.rowsPerStatement)
            .map { start in
                let part = changes[start..<min(start + Self.rowsPerStatement, changes.count)]
                let rows = part.indices.map { index in
                    let first = (index - part.startIndex) * 3
                    return "($\(first + 1), $\(first + 2), $\(first + 3))"
                }
                let text = "INSERT INTO martlet_cache_log (kind, scope, key) VALUES " + rows.joined(separator: ", ")
                return BoundStatement(Statement(unsafeText: text), values: part.flatMap(Self.values))
            }
    }

    /// What was committed since a look at the log, and where it ends now; one round trip.
    ///
    /// Throws `Gap` where that is more than `changesMax`, or not all there any more.
    ///
    /// PostgreSQL: transactions commit in another order than they began in, so no number in the rows tells which are
    /// new. What is new is what the last snapshot did not see and this one does; a transaction that was open then is
    /// at or behind that snapshot's xmin. See
    /// https://www.postgresql.org/docs/15/functions-info.html#FUNCTIONS-PG-SNAPSHOT.
    /// SQLite: one writer at a time, so rows come in the order of their numbers.
    func changes(since cursor: Cursor, on connection: any Connection, timeout: Duration) async throws -> Changes {
        switch cursor {
        case .row(let last):
            let rows = try await connection.run(
                """
                SELECT id, kind, scope, key FROM martlet_cache_log WHERE id > \(last) ORDER BY id
                LIMIT \(Self.changesMax + 1)
                """,
                timeout: timeout
            )
            guard rows.count <= Self.changesMax else { throw Gap.tooMany }
            guard !rows.isEmpty else { return Changes(cursor: cursor, changes: []) }
            guard try rows[0].decode(Int64.self, at: 0) == last + 1 else { throw Gap.removed }
            return Changes(
                cursor: .row(try rows[rows.count - 1].decode(at: 0)),
                changes: try rows.compactMap(Self.change)
            )
        case .snapshot(let snapshot):
            let rows = try await connection.run(
                """
                SELECT now.snapshot::text, log.kind, log.scope, log.key
                FROM (SELECT pg_current_snapshot() AS snapshot) AS now
                LEFT JOIN martlet_cache_log AS log ON log.xid >= pg_snapshot_xmin(\(snapshot)::text::pg_snapshot)
                AND NOT pg_visible_in_snapshot(log.xid, \(snapshot)::text::pg_snapshot)
                LIMIT \(Self.changesMax + 1)
                """,
                timeout: timeout
            )
            guard rows.count <= Self.changesMax else { throw Gap.tooMany }
            return Changes(
                cursor: .snapshot(try rows[0].decode(at: 0)),
                changes: try rows.compactMap(Self.change)
            )
        }
    }

    /// Removes what everyone has read who was read up to a cursor taken long ago.
    func prune(before cursor: Cursor, on connection: any Connection) async throws {
        switch cursor {
        case .row(let last):
            // The last row stays: the next one's number is counted from it.
            try await connection.run(
                """
                DELETE FROM martlet_cache_log
                WHERE id > 0 AND id <= \(last) AND id < (SELECT max(id) FROM martlet_cache_log)
                """
            )
        case .snapshot(let snapshot):
            // In one transaction: nobody may see the rows gone and the mark where it was.
            try await connection.runPipelined([
                """
                DELETE FROM martlet_cache_log
                WHERE xid < pg_snapshot_xmin(\(snapshot)::text::pg_snapshot) AND kind <> \(unsafeSQL: RowKind.mark.sql)
                """,
                """
                UPDATE martlet_cache_log
                SET key = greatest(key::numeric, pg_snapshot_xmin(\(snapshot)::text::pg_snapshot)::text::numeric)::text
                WHERE kind = \(unsafeSQL: RowKind.mark.sql)
                """,
            ])
        }
    }

    private static func values(_ change: CacheInvalidation) -> [Value] {
        switch change {
        case .key(let scope, let key): [.integer(RowKind.key.rawValue), .text(scope), .text(key)]
        case .tag(let tag): [.integer(RowKind.tag.rawValue), .text(""), .text(tag.text)]
        case .everything: [.integer(RowKind.everything.rawValue), .text(""), .text("")]
        }
    }

    /// The change in the last three columns of a row; nil if they are NULL.
    static func change(_ row: Row) throws -> CacheInvalidation? {
        guard let kind = try row.decode(Int64?.self, at: 1) else { return nil }
        switch RowKind(rawValue: kind) {
        case .key: return .key(scope: try row.decode(at: 2), key: try row.decode(at: 3))
        case .tag: return .tag(CacheTag(try row.decode(at: 3)))
        // See `CacheLog+Start`.
        case .own: return nil
        // What a newer version enters, this one does not know: everything is always right.
        case .everything, nil: return .everything
        }
    }
}
