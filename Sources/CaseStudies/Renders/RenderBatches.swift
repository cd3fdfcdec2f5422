package import Foundation
package import MartletCore

/// Row 1e: many renders are read or changed by their identifiers.
package struct RenderBatches: Sendable {
    package init() {}

    /// Identifier and status of each render that exists, in the order asked for, as often as asked for.
    package func renders(_ ids: [UUID], _ way: Way, on connection: any Connection) async throws -> [[Value]] {
        guard !ids.isEmpty else { return [] }
        let tables = RendersTables(connection.dialect)
        return switch way {
        case .before, .fair: try await oneByOne(ids, tables, connection)
        case .seed: try await byList(ids, tables, connection)
        case .expert: try await byArray(ids, tables, connection)
        }
    }

    /// Sets the status of all renders; the error message only where one is given.
    ///
    /// Returns how many there are.
    package func setStatus(
        _ status: String,
        errorMessage: String? = nil,
        of ids: [UUID],
        _ way: Way,
        on connection: any Connection
    ) async throws -> Int {
        guard !ids.isEmpty else { return 0 }
        let tables = RendersTables(connection.dialect)
        switch way {
        case .before, .fair:
            var changed = 0
            for id in ids {
                changed += try await connection.run(statusOfOne(status, errorMessage, id, tables)).affectedRows
            }
            return changed
        case .seed:
            // The document's `errorMessage ?? null`: what was written there is gone.
            return
                try await connection.run(
                    """
                    UPDATE \(tables.renders) SET status = \(status), error_message = \(errorMessage),
                           updated_at = \(unsafeSQL: tables.now) WHERE id IN (\(list: ids))
                    """
                )
                .affectedRows
        case .expert:
            return try await connection.run(statusOfAll(status, errorMessage, ids, tables, connection.dialect))
                .affectedRows
        }
    }

    private func oneByOne(
        _ ids: [UUID],
        _ tables: RendersTables,
        _ connection: any Connection
    ) async throws
        -> [[Value]]
    {
        var renders: [[Value]] = []
        for id in ids {
            let rows = try await connection.run("SELECT * FROM \(tables.renders) WHERE id = \(id)")
            renders += rows.map { [$0["id"], $0["status"]] }
        }
        return renders
    }

    /// The document's way: a placeholder for each, in an order of its own, each once.
    ///
    /// A statement may have 65,535 placeholders on PostgreSQL, and 32,766 on SQLite unless it was built for more.
    private func byList(_ ids: [UUID], _ tables: RendersTables, _ connection: any Connection) async throws -> [[Value]]
    {
        let rows = try await connection.run(
            "SELECT * FROM \(tables.renders) WHERE id IN (\(list: ids)) ORDER BY created_at DESC"
        )
        return rows.map { [$0["id"], $0["status"]] }
    }

    /// One value whatever their number: one plan, no limit, and the place of each to sort by.
    private func byArray(
        _ ids: [UUID],
        _ tables: RendersTables,
        _ connection: any Connection
    ) async throws
        -> [[Value]]
    {
        let rows: Rows
        switch connection.dialect {
        case .postgres:
            rows = try await connection.run(
                """
                SELECT renders.id, renders.status FROM unnest(\(ids)::uuid[]) WITH ORDINALITY AS wanted (id, place)
                JOIN \(tables.renders) AS renders ON renders.id = wanted.id ORDER BY wanted.place
                """
            )
        case .sqlite:
            rows = try await connection.run(
                """
                SELECT renders.id, renders.status FROM json_each(\(ids)) AS wanted
                JOIN \(tables.renders) AS renders ON renders.id = wanted.value ORDER BY wanted.key
                """
            )
        }
        return rows.map(\.values)
    }

    private func statusOfOne(
        _ status: String,
        _ errorMessage: String?,
        _ id: UUID,
        _ tables: RendersTables
    ) -> BoundStatement {
        guard let errorMessage else {
            return """
                UPDATE \(tables.renders) SET status = \(status), updated_at = \(unsafeSQL: tables.now)
                WHERE id = \(id)
                """
        }
        return """
            UPDATE \(tables.renders) SET status = \(status), error_message = \(errorMessage),
                   updated_at = \(unsafeSQL: tables.now) WHERE id = \(id)
            """
    }

    /// Rows are locked in the order of their keys: of two batches that overlap, one waits, and none deadlocks.
    private func statusOfAll(
        _ status: String,
        _ errorMessage: String?,
        _ ids: [UUID],
        _ tables: RendersTables,
        _ dialect: Dialect
    ) -> BoundStatement {
        switch dialect {
        case .postgres:
            """
            UPDATE \(tables.renders) AS renders
            SET status = \(status), error_message = coalesce(\(errorMessage)::text, renders.error_message),
                updated_at = now()
            FROM (SELECT id FROM \(tables.renders) WHERE id = ANY(\(ids)::uuid[]) ORDER BY id FOR NO KEY UPDATE)
              AS wanted
            WHERE renders.id = wanted.id
            """
        case .sqlite:
            """
            UPDATE \(tables.renders)
            SET status = \(status), error_message = coalesce(\(errorMessage), error_message),
                updated_at = \(unsafeSQL: tables.now)
            WHERE id IN (SELECT value FROM json_each(\(ids)))
            """
        }
    }
}
