package import Foundation
package import MartletCore

/// Statements on nodes and tenants, each with the tenant in its condition.
package struct JourneyNodeTable: Sendable {
    /// Runs a statement that reads, wherever there is a connection.
    package typealias Reader = @Sendable (BoundStatement) async throws -> Rows

    private let tables: JourneysTables

    package init(_ dialect: Dialect) {
        tables = JourneysTables(dialect)
    }

    /// The node, if it is the tenant's.
    package func node(_ id: UUID, of tenant: UUID, _ read: Reader) async throws -> JourneyNode? {
        let rows = try await read(
            "SELECT id, journey_id, type, config FROM \(tables.nodes) WHERE id = \(id) AND tenant_id = \(tenant)"
        )
        return try rows.first.map { row in
            JourneyNode(
                id: try row.decode(UUID.self, at: 0),
                journey: try row.decode(UUID.self, at: 1),
                type: try row.decode(String.self, at: 2),
                config: try row.decode(String.self, at: 3)
            )
        }
    }

    package func tenant(_ id: UUID, _ read: Reader) async throws -> JourneyTenant? {
        let rows = try await read("SELECT id, name FROM \(tables.tenants) WHERE id = \(id)")
        return try rows.first.map { row in
            JourneyTenant(id: try row.decode(UUID.self, at: 0), name: try row.decode(String.self, at: 1))
        }
    }

    /// Gives a node another type, if it is the tenant's.
    package func setType(
        _ type: String,
        of node: UUID,
        of tenant: UUID,
        on connection: any Connection
    ) async throws -> Bool {
        let rows = try await connection.run(
            """
            UPDATE \(tables.nodes) SET type = \(type), updated_at = \(unsafeSQL: tables.now)
            WHERE id = \(node) AND tenant_id = \(tenant)
            """
        )
        return rows.affectedRows == 1
    }

    /// Deletes a journey with all that belongs to it.
    package func deleteJourney(_ id: UUID, of tenant: UUID, on connection: any Connection) async throws -> Bool {
        let rows = try await connection.run(
            "DELETE FROM \(tables.journeys) WHERE id = \(id) AND tenant_id = \(tenant)"
        )
        return rows.affectedRows == 1
    }
}
