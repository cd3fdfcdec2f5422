import MartletCore

/// How far the server is with an index.
extension MigrationSession {
    /// Runs a body that builds an index, and tells how far it is while it runs.
    @discardableResult
    func watching<Success>(_ index: QualifiedName, _ body: () async throws -> Success) async throws -> Success {
        guard isPostgres, let pause = policy.progressPause else { return try await body() }
        let watcher = Task { await tellProgress(of: index, every: pause) }
        do {
            let success = try await body()
            await end(watcher)
            return success
        } catch {
            await end(watcher)
            throw error
        }
    }

    private func end(_ watcher: Task<Void, Never>) async {
        watcher.cancel()
        await watcher.value
    }

    /// Progress is a comfort: where a second connection is not to be had, there is none.
    private func tellProgress(of index: QualifiedName, every pause: Duration) async {
        _ = try? await sleep(pause)
        if Task.isCancelled { return }
        try? await engine.withConnection(.readOnly) { connection in
            while !Task.isCancelled {
                if let event = try await progress(of: index, connection) { events(event) }
                try await sleep(pause)
            }
        }
    }

    // https://www.postgresql.org/docs/15/progress-reporting.html#CREATE-INDEX-PROGRESS-REPORTING
    private func progress(of index: QualifiedName, _ connection: any Connection) async throws -> MigrationEvent? {
        let rows = try await connection.run(
            """
            SELECT p.phase,
              CASE WHEN p.blocks_total > 0 THEN p.blocks_done::double precision / p.blocks_total
                   WHEN p.tuples_total > 0 THEN p.tuples_done::double precision / p.tuples_total END AS ratio
            FROM pg_catalog.pg_stat_progress_create_index p
            JOIN pg_catalog.pg_class c ON c.oid = p.index_relid
            JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = \(index.schema)::text AND starts_with(c.relname::text, \(index.name)::text)
            LIMIT 1
            """
        )
        guard let row = rows.first else { return nil }
        return .building(
            index: index.description,
            phase: try row.decode(String.self, "phase"),
            ratioDone: try row.decode(Double?.self, "ratio")
        )
    }
}
