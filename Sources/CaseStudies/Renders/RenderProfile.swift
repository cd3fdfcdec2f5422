package import Foundation
package import MartletCore

/// Row 1a: what a user sees on the page about himself.
package struct RenderProfile: Sendable {
    /// The numbers on the page.
    package struct Statistics: Sendable, Hashable {
        package var balance: Int
        package var projects: Int
        package var renders: Int
        package var completed: Int

        package init(balance: Int, projects: Int, renders: Int, completed: Int) {
            self.balance = balance
            self.projects = projects
            self.renders = renders
            self.completed = completed
        }
    }

    /// What the document's lists fetch at the most, and so count at the most.
    package static let projectsMax = 1_000
    package static let rendersMax = 100

    package init() {}

    /// The statistics; nil if there is no such user.
    package func statistics(of user: UUID, _ way: Way, on connection: any Connection) async throws -> Statistics? {
        let tables = RendersTables(connection.dialect)
        return switch way {
        case .before: try await oneByOne(user, tables, connection)
        case .fair: try await counting(user, tables, connection)
        case .seed: try await together(user, tables, connection)
        case .expert: try await aggregating(user, tables, connection)
        }
    }

    /// Five statements, each waiting for the one before; the user is read again for his credits.
    private func oneByOne(
        _ user: UUID,
        _ tables: RendersTables,
        _ connection: any Connection
    ) async throws -> Statistics? {
        guard try await connection.run(userByID(user, tables)).first != nil else { return nil }
        let projects = try await connection.run(projectsWithCounts(user, tables))
        let renders = try await connection.run(rendersOfUser(user, tables))
        guard try await connection.run(userByID(user, tables)).first != nil else { return nil }
        let credits = try await connection.run(creditsOfUser(user, tables))
        return try counted(credits: credits, projects: projects, renders: renders)
    }

    /// The document's way: four at the same time, which still count what the lists were cut to.
    private func together(
        _ user: UUID,
        _ tables: RendersTables,
        _ connection: any Connection
    ) async throws -> Statistics? {
        let results = try await connection.runPipelined([
            userByID(user, tables), creditsOfUser(user, tables), projectsWithCounts(user, tables),
            rendersOfUser(user, tables),
        ])
        guard results[0].first != nil else { return nil }
        return try counted(credits: results[1], projects: results[2], renders: results[3])
    }

    /// Counted by the database, one count after the other.
    private func counting(
        _ user: UUID,
        _ tables: RendersTables,
        _ connection: any Connection
    ) async throws -> Statistics? {
        let credits = try await connection.run(
            """
            SELECT coalesce(credits.balance, 0) FROM \(tables.users) AS users
            LEFT JOIN \(tables.credits) AS credits ON credits.user_id = users.id WHERE users.id = \(user)
            """
        )
        guard let balance = try credits.first?.decode(Int.self, at: 0) else { return nil }
        let projects = try await connection.run("SELECT count(*) FROM \(tables.projects) WHERE user_id = \(user)")
        let renders = try await connection.run(
            """
            SELECT count(*), count(*) FILTER (WHERE status = 'completed') FROM \(tables.renders)
            WHERE user_id = \(user)
            """
        )
        return Statistics(
            balance: balance,
            projects: try projects[0].decode(Int.self, at: 0),
            renders: try renders[0].decode(Int.self, at: 0),
            completed: try renders[0].decode(Int.self, at: 1)
        )
    }

    /// One statement that sees one snapshot.
    private func aggregating(
        _ user: UUID,
        _ tables: RendersTables,
        _ connection: any Connection
    ) async throws -> Statistics? {
        let rows = try await connection.run(
            """
            SELECT coalesce(credits.balance, 0),
                   (SELECT count(*) FROM \(tables.projects) AS projects WHERE projects.user_id = users.id),
                   work.renders, work.completed
            FROM \(tables.users) AS users LEFT JOIN \(tables.credits) AS credits ON credits.user_id = users.id
            CROSS JOIN (SELECT count(*) AS renders, count(*) FILTER (WHERE status = 'completed') AS completed
                        FROM \(tables.renders) WHERE user_id = \(user)) AS work
            WHERE users.id = \(user)
            """
        )
        guard let row = rows.first else { return nil }
        return Statistics(
            balance: try row.decode(Int.self, at: 0),
            projects: try row.decode(Int.self, at: 1),
            renders: try row.decode(Int.self, at: 2),
            completed: try row.decode(Int.self, at: 3)
        )
    }

    private func counted(credits: Rows, projects: Rows, renders: Rows) throws -> Statistics {
        let completed = try renders.count { try $0.decode(String.self, "status") == "completed" }
        return Statistics(
            balance: try credits.first?.decode(Int.self, "balance") ?? 0,
            projects: projects.count,
            renders: renders.count,
            completed: completed
        )
    }

    private func userByID(_ user: UUID, _ tables: RendersTables) -> BoundStatement {
        "SELECT * FROM \(tables.users) WHERE id = \(user)"
    }

    private func creditsOfUser(_ user: UUID, _ tables: RendersTables) -> BoundStatement {
        "SELECT * FROM \(tables.credits) WHERE user_id = \(user)"
    }

    private func projectsWithCounts(_ user: UUID, _ tables: RendersTables) -> BoundStatement {
        """
        SELECT projects.*, count(renders.id) AS render_count FROM \(tables.projects) AS projects
        LEFT JOIN \(tables.renders) AS renders ON renders.project_id = projects.id
        WHERE projects.user_id = \(user) GROUP BY projects.id
        ORDER BY projects.created_at DESC LIMIT \(Self.projectsMax) OFFSET 0
        """
    }

    private func rendersOfUser(_ user: UUID, _ tables: RendersTables) -> BoundStatement {
        "SELECT * FROM \(tables.renders) WHERE user_id = \(user) ORDER BY created_at DESC LIMIT \(Self.rendersMax)"
    }
}
