import MartletCore

extension PostgresCounterStore {
    /// Throws if the tables are no longer what the functions of a counter were made for.
    ///
    /// PostgreSQL renames and changes columns without a look at functions that name them. Runs in a transaction.
    func requireUnchanged(_ record: PostgresCounterRecord, on connection: any Connection) async throws {
        try record.requireTables()
        try await requireKeys(of: record, on: connection)
        if let parent = record.counter.parent {
            try await requireParent(parent, of: record, on: connection)
        }
        do {
            try await connection.savepoint("martlet_changes") { connection in
                let query = "SELECT FROM \(record.counter.table.quoted)\(record.counter.whereClause) LIMIT 0"
                _ = try await connection.run("\(unsafeSQL: query)")
            }
        } catch let error as EngineError
            where [.undefinedObject, .syntaxError, .unsupported, .invalidValue, .other].contains(error.code)
        {
            throw record.outdated("what it counts cannot be told any more: \(error.message)")
        }
    }

    private func requireKeys(of record: PostgresCounterRecord, on connection: any Connection) async throws {
        let keys: [PostgresCounter.Key]
        do {
            keys = try await PostgresCounterInspector(connection: connection).keys(of: record.definition)
        } catch let error as CounterError {
            throw record.outdated(error.message)
        }
        for (then, now) in zip(record.counter.keys, keys) where then != now {
            let type = then.type == now.type ? "collation" : "type"
            throw record.outdated(
                "the column \(then.column) of \(record.counter.table) has another \(type) than it had"
            )
        }
    }

    /// The functions name the tables and columns, and a name that was changed is not changed there.
    private func requireParent(
        _ parent: PostgresCounterParent,
        of record: PostgresCounterRecord,
        on connection: any Connection
    ) async throws {
        let counter = record.counter
        let columns = parent.keys.map(\.column) + [parent.column]
        let row =
            try await
            connection.run(
                """
                SELECT (SELECT count(*) FROM pg_catalog.pg_attribute a
                    WHERE a.attrelid = \(parent.table.quoted)::text::pg_catalog.regclass AND NOT a.attisdropped
                      AND a.attname = ANY(\(columns)::text[])) AS columns,
                  EXISTS (SELECT FROM pg_catalog.pg_proc p
                    WHERE p.oid = pg_catalog.to_regproc(\(counter.function("inserted"))::text)
                      AND pg_catalog.strpos(p.prosrc, \("UPDATE \(parent.table.quoted) p SET")::text) > 0
                  ) AS finds_parent,
                  EXISTS (SELECT FROM pg_catalog.pg_proc p
                    WHERE p.oid = pg_catalog.to_regproc(\(counter.function("arrived"))::text)
                      AND pg_catalog.strpos(p.prosrc, \("FROM \(counter.table.quoted) ")::text) > 0) AS finds_table
                """
            )[0]
        guard try row.decode(Int.self, "columns") == columns.count else {
            throw record.outdated("\(parent.table) has not all of the columns \(columns.joined(separator: ", "))")
        }
        for (isFound, table) in [
            (try row.decode(Bool.self, "finds_parent"), parent.table),
            (try row.decode(Bool.self, "finds_table"), counter.table),
        ] where !isFound {
            throw record.outdated("its functions know \(table) by another name, so that writes may fail")
        }
    }
}
