package import Foundation
package import MartletCore

/// Rows 1f and 1g: the projects of a user, with the number of their renders or with the newest of them.
package struct RenderProjects: Sendable {
    package init() {}

    /// The newest projects of a user: identifier and number of renders.
    package func counts(
        of user: UUID,
        projectsMax: Int,
        _ way: Way,
        on connection: any Connection
    ) async throws -> [[Value]] {
        let tables = RendersTables(connection.dialect)
        return switch way {
        case .before, .fair: try await fetchingEach(user, projectsMax, way, tables, connection)
        case .seed: try await grouping(user, projectsMax, tables, connection)
        case .expert: try await countingEach(user, projectsMax, tables, connection)
        }
    }

    /// The newest renders of each of the newest projects: identifiers of project and render.
    package func newestRenders(
        of user: UUID,
        projectsMax: Int,
        rendersMax: Int,
        _ way: Way,
        on connection: any Connection
    ) async throws -> [[Value]] {
        let tables = RendersTables(connection.dialect)
        guard way == .expert else {
            let projects = try await connection.run(newestProjects(user, projectsMax, tables))
            let ids = try projects.map { try $0.decode(UUID.self, "id") }
            guard !ids.isEmpty else { return [] }
            let renders = try await connection.run(
                way == .seed ? rankedRenders(ids, tables) : allRenders(ids, tables)
            )
            return try top(rendersMax, of: renders, in: ids)
        }
        return try await connection.run(topRenders(user, projectsMax, rendersMax, tables, connection.dialect))
            .map(\.values)
    }

    // MARK: Numbers of renders

    /// A statement for each project: with all its renders, to count them, or at least with their number.
    private func fetchingEach(
        _ user: UUID,
        _ projectsMax: Int,
        _ way: Way,
        _ tables: RendersTables,
        _ connection: any Connection
    ) async throws -> [[Value]] {
        var counts: [[Value]] = []
        for project in try await connection.run(newestProjects(user, projectsMax, tables)) {
            let id = try project.decode(UUID.self, "id")
            let count: Int
            if way == .before {
                count = try await connection.run("SELECT * FROM \(tables.renders) WHERE project_id = \(id)").count
            } else {
                let rows = try await connection.run(
                    "SELECT count(*) FROM \(tables.renders) WHERE project_id = \(id)"
                )
                count = try rows[0].decode(Int.self, at: 0)
            }
            counts.append([project["id"], .integer(Int64(count))])
        }
        return counts
    }

    /// The document's good example, which joins all renders of all these projects to count them.
    private func grouping(
        _ user: UUID,
        _ projectsMax: Int,
        _ tables: RendersTables,
        _ connection: any Connection
    ) async throws -> [[Value]] {
        let rows = try await connection.run(
            """
            SELECT projects.*, count(renders.id) AS render_count FROM \(tables.projects) AS projects
            LEFT JOIN \(tables.renders) AS renders ON renders.project_id = projects.id
            WHERE projects.user_id = \(user) GROUP BY projects.id
            ORDER BY projects.created_at DESC LIMIT \(projectsMax) OFFSET 0
            """
        )
        return rows.map { [$0["id"], $0["render_count"]] }
    }

    /// The page is cut first; then each of its projects is counted in the index.
    private func countingEach(
        _ user: UUID,
        _ projectsMax: Int,
        _ tables: RendersTables,
        _ connection: any Connection
    ) async throws -> [[Value]] {
        let rows = try await connection.run(
            """
            SELECT page.id, (SELECT count(*) FROM \(tables.renders) AS renders WHERE renders.project_id = page.id)
            FROM (SELECT id, created_at FROM \(tables.projects) WHERE user_id = \(user)
                  ORDER BY created_at DESC LIMIT \(projectsMax)) AS page
            ORDER BY page.created_at DESC
            """
        )
        return rows.map(\.values)
    }

    // MARK: Newest renders

    private func newestProjects(_ user: UUID, _ projectsMax: Int, _ tables: RendersTables) -> BoundStatement {
        "SELECT * FROM \(tables.projects) WHERE user_id = \(user) ORDER BY created_at DESC LIMIT \(projectsMax)"
    }

    private func allRenders(_ projects: [UUID], _ tables: RendersTables) -> BoundStatement {
        "SELECT * FROM \(tables.renders) WHERE project_id IN (\(list: projects)) ORDER BY created_at DESC"
    }

    /// The document's window: each render gets its place, and all of them are sent.
    private func rankedRenders(_ projects: [UUID], _ tables: RendersTables) -> BoundStatement {
        """
        SELECT renders.*, row_number() OVER (PARTITION BY project_id ORDER BY created_at DESC) AS place
        FROM \(tables.renders) AS renders WHERE project_id IN (\(list: projects))
        ORDER BY created_at DESC
        """
    }

    /// The first renders of each project, picked in the application.
    private func top(_ rendersMax: Int, of renders: Rows, in projects: [UUID]) throws -> [[Value]] {
        var newest: [UUID: [[Value]]] = [:]
        for render in renders {
            let project = try render.decode(UUID.self, "project_id")
            if newest[project, default: []].count < rendersMax {
                newest[project, default: []].append([render["project_id"], render["id"]])
            }
        }
        return projects.flatMap { newest[$0] ?? [] }
    }

    /// Reads no more of the index than is shown.
    private func topRenders(
        _ user: UUID,
        _ projectsMax: Int,
        _ rendersMax: Int,
        _ tables: RendersTables,
        _ dialect: Dialect
    ) -> BoundStatement {
        switch dialect {
        case .postgres:
            """
            SELECT page.id, newest.id
            FROM (SELECT id, created_at FROM \(tables.projects) WHERE user_id = \(user)
                  ORDER BY created_at DESC LIMIT \(projectsMax)) AS page
            CROSS JOIN LATERAL (SELECT renders.id, renders.created_at FROM \(tables.renders) AS renders
                                WHERE renders.project_id = page.id
                                ORDER BY renders.created_at DESC LIMIT \(rendersMax)) AS newest
            ORDER BY page.created_at DESC, newest.created_at DESC
            """
        case .sqlite:
            // SQLite knows no LATERAL; a subquery that is correlated may be limited as well.
            """
            SELECT page.id, newest.id
            FROM (SELECT id, created_at FROM \(tables.projects) WHERE user_id = \(user)
                  ORDER BY created_at DESC LIMIT \(projectsMax)) AS page
            JOIN \(tables.renders) AS newest ON newest.rowid IN (
              SELECT renders.rowid FROM \(tables.renders) AS renders WHERE renders.project_id = page.id
              ORDER BY renders.created_at DESC LIMIT \(rendersMax))
            ORDER BY page.created_at DESC, newest.created_at DESC
            """
        }
    }
}
