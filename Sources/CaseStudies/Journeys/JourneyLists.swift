package import Foundation
package import MartletCore

/// Row 2e: the lists that the document's indexes are for; the statements are the same whatever the indexes.
package struct JourneyLists: Sendable {
    package init() {}

    /// The last executions at a node that ran.
    package func lastExecutions(
        at place: JourneySteps.Place,
        on connection: any Connection
    ) async throws -> [[Value]] {
        let statement = JourneyLoops().lastRunOfEnrolment(place, JourneysTables(connection.dialect))
        return try await connection.run(statement).map(\.values)
    }

    /// The newest calls of a tenant that failed: identifier and instant.
    package func failedCalls(
        of tenant: UUID,
        callsMax: Int,
        on connection: any Connection
    ) async throws -> [[Value]] {
        let tables = JourneysTables(connection.dialect)
        let rows = try await connection.run(
            """
            SELECT id, created_at FROM \(tables.callLogs) WHERE tenant_id = \(tenant) AND status = 'FAILED'
            ORDER BY created_at DESC LIMIT \(callsMax)
            """
        )
        return rows.map(\.values)
    }

    /// The newest messages of a conversation.
    package func messages(
        of conversation: UUID,
        messagesMax: Int,
        on connection: any Connection
    ) async throws -> [[Value]] {
        let tables = JourneysTables(connection.dialect)
        let rows = try await connection.run(
            """
            SELECT id, direction, body, created_at FROM \(tables.messages) WHERE conversation_id = \(conversation)
            ORDER BY created_at DESC, id DESC LIMIT \(messagesMax)
            """
        )
        return rows.map(\.values)
    }

    /// The newest contacts of a tenant.
    package func contacts(
        of tenant: UUID,
        contactsMax: Int,
        on connection: any Connection
    ) async throws -> [[Value]] {
        let tables = JourneysTables(connection.dialect)
        let rows = try await connection.run(
            """
            SELECT id, name, created_at FROM \(tables.contacts) WHERE tenant_id = \(tenant)
            ORDER BY created_at DESC, id DESC LIMIT \(contactsMax)
            """
        )
        return rows.map(\.values)
    }

    /// How many contacts are on their way in a journey.
    package func activeEnrolments(
        in journey: UUID,
        of tenant: UUID,
        on connection: any Connection
    ) async throws -> Int {
        let tables = JourneysTables(connection.dialect)
        let rows = try await connection.run(
            """
            SELECT count(*) FROM \(tables.enrolments)
            WHERE journey_id = \(journey) AND tenant_id = \(tenant) AND status = 'ACTIVE'
            """
        )
        return try rows[0].decode(Int.self, at: 0)
    }

    /// What the dashboard of a tenant asks all the time, for the sweep of pool sizes.
    package func callStatistics(of tenant: UUID, dialect: Dialect) -> BoundStatement {
        """
        SELECT status, count(*), avg(duration_seconds) FROM \(JourneysTables(dialect).callLogs)
        WHERE tenant_id = \(tenant) GROUP BY status ORDER BY status
        """
    }

    /// Deletes a node with all its executions; whoever is there is nowhere.
    package func deleteNode(_ node: UUID, of tenant: UUID, on connection: any Connection) async throws -> Bool {
        let tables = JourneysTables(connection.dialect)
        let rows = try await connection.run("DELETE FROM \(tables.nodes) WHERE id = \(node) AND tenant_id = \(tenant)")
        return rows.affectedRows == 1
    }
}
