import MartletCore

extension CacheLog {
    /// Where the log ends now; with its history, if a second tier is to be judged by it.
    ///
    /// The rows that are still there tell what has changed of late, so that a process that has just started can use
    /// what others have put into a second tier. For that it must be known how far back the rows go.
    func start(withHistory: Bool, on connection: any Connection) async throws -> Start {
        guard withHistory else { return Start(cursor: try await end(on: connection)) }
        return dialect == .sqlite
            ? try await sqliteStart(on: connection) : try await postgresStart(on: connection)
    }

    private func end(on connection: any Connection) async throws -> Cursor {
        switch dialect {
        case .sqlite:
            let rows = try await connection.run("SELECT coalesce(max(id), 0) FROM martlet_cache_log")
            return .row(try rows[0].decode(Int64.self, at: 0))
        default:
            // The table is named so that nothing is served by a log that is missing or may not be read.
            let rows = try await connection.run(
                "SELECT pg_current_snapshot()::text, EXISTS (SELECT FROM martlet_cache_log)"
            )
            return .snapshot(try rows[0].decode(at: 0))
        }
    }

    /// Rows have gapless numbers, so the first one says how far back they go.
    ///
    /// Row 0 holds the log's name.
    private func sqliteStart(on connection: any Connection) async throws -> Start {
        let rows = try await connection.run(
            """
            SELECT id, kind, scope, key FROM martlet_cache_log WHERE id = 0
            UNION ALL SELECT * FROM (
                SELECT id, kind, scope, key FROM martlet_cache_log WHERE id > 0 ORDER BY id DESC
                LIMIT \(Self.changesMax + 1))
            """
        )
        var start = Start(cursor: .row(0), floor: 1)
        for row in rows {
            let number = try row.decode(Int64.self, at: 0)
            if number == 0 { start.epoch = try row.decode(at: 3) }
            guard number > 0, let change = try Self.change(row) else { continue }
            start.changes.append((change, UInt64(number)))
        }
        let numbers = start.changes.map(\.number)
        (start.cursor, start.floor) = (.row(Int64(numbers.max() ?? 0)), numbers.min() ?? 1)
        if start.changes.count > Self.changesMax { (start.changes, start.floor) = ([], .max) }
        return start
    }

    /// The mark, see `RowKind`, is made where there is none.
    ///
    /// It goes with the rows when a crash empties the table.
    /// The log's name is the server's start and the database's number: another server, or this one with its data put
    /// back from a backup, counts transactions anew.
    private func postgresStart(on connection: any Connection) async throws -> Start {
        try await connection.run(
            """
            INSERT INTO martlet_cache_log (kind, scope, key)
            SELECT \(unsafeSQL: RowKind.mark.sql), '', pg_snapshot_xmax(pg_current_snapshot())::text
            WHERE NOT EXISTS (SELECT FROM martlet_cache_log WHERE kind = \(unsafeSQL: RowKind.mark.sql))
            """
        )
        let names = try await connection.run(
            """
            SELECT (extract(epoch FROM pg_postmaster_start_time()) * 1000000)::bigint || '.' || oid
            FROM pg_database WHERE datname = current_database()
            """
        )
        // One statement, so that the rows are those of the snapshot.
        let rows = try await connection.run(
            """
            SELECT now.snapshot::text, log.kind, log.scope, log.key, log.xid::text
            FROM (SELECT pg_current_snapshot() AS snapshot) AS now LEFT JOIN martlet_cache_log AS log ON true
            LIMIT \(Self.changesMax + 2)
            """
        )
        var start = Start(cursor: .snapshot(try rows[0].decode(at: 0)), epoch: try names[0].decode(at: 0))
        guard rows.count < Self.changesMax + 2 else { return start }
        for row in rows {
            if let change = try Self.change(row), let number = UInt64(try row.decode(String.self, at: 4)) {
                start.changes.append((change, number))
            } else if try row.decode(Int64?.self, at: 1) == RowKind.mark.rawValue,
                let mark = UInt64(try row.decode(String.self, at: 3))
            {
                start.floor = min(start.floor, mark)
            }
        }
        return start
    }
}
