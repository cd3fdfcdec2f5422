package import Foundation
package import MartletCore

/// Row 2a: what an enrolment has to do at a node, and what it did last.
package struct JourneySteps: Sendable {
    /// An enrolment at a node.
    package struct Place: Sendable, Hashable {
        package let tenant: UUID
        package let enrolment: UUID
        package let node: UUID

        package init(tenant: UUID, enrolment: UUID, node: UUID) {
            self.tenant = tenant
            self.enrolment = enrolment
            self.node = node
        }
    }

    /// What a step needs to know.
    package struct Step: Sendable, Hashable {
        /// The newest execution that waits at the node; nil if there is none.
        package var waiting: UUID?
        /// The execution of the enrolment that ran last, at whatever node; nil if none has.
        package var previous: UUID?

        package init(waiting: UUID? = nil, previous: UUID? = nil) {
            self.waiting = waiting
            self.previous = previous
        }
    }

    /// What the document's query fetches at the most.
    package static let executionsMax = 10

    package init() {}

    /// What is to be done at a place.
    package func step(at place: Place, _ way: Way, on connection: any Connection) async throws -> Step {
        let tables = JourneysTables(connection.dialect)
        return switch way {
        case .before: try await oneByOne(place, tables, connection)
        case .fair: try await together(place, tables, connection)
        case .seed: try await pickedFromTen(place, tables, connection)
        case .expert: try await united(place, tables, connection)
        }
    }

    /// Two statements, the second waiting for the first, with all columns.
    private func oneByOne(_ place: Place, _ tables: JourneysTables, _ connection: any Connection) async throws -> Step {
        let waiting = try await connection.run(waiting("*", place, tables)).first
        let previous = try await connection.run(previous("*", place, tables)).first
        return Step(waiting: try waiting?.decode(UUID.self, "id"), previous: try previous?.decode(UUID.self, "id"))
    }

    /// The same two in one round trip, without columns that nobody looks at.
    private func together(_ place: Place, _ tables: JourneysTables, _ connection: any Connection) async throws -> Step {
        let rows = try await connection.runPipelined([
            waiting("id", place, tables), previous("id", place, tables),
        ])
        return Step(
            waiting: try rows[0].first?.decode(UUID.self, at: 0),
            previous: try rows[1].first?.decode(UUID.self, at: 0)
        )
    }

    /// The document's way: the newest ten of all nodes, with their nodes, in the hope that both are among them.
    private func pickedFromTen(
        _ place: Place,
        _ tables: JourneysTables,
        _ connection: any Connection
    ) async throws -> Step {
        let rows = try await connection.run(
            """
            SELECT executions.*, nodes.type, nodes.config FROM \(tables.executions) AS executions
            LEFT JOIN \(tables.nodes) AS nodes ON nodes.id = executions.node_id
            WHERE executions.journey_contact_id = \(place.enrolment) AND executions.tenant_id = \(place.tenant)
            ORDER BY executions.created_at DESC, executions.executed_at DESC LIMIT \(Self.executionsMax)
            """
        )
        var step = Step()
        for row in rows {
            let id = try row.decode(UUID.self, "id")
            let hasRun = !row["executed_at"].isNull
            if hasRun, step.previous == nil { step.previous = id }
            if !hasRun, step.waiting == nil, try row.decode(UUID.self, "node_id") == place.node { step.waiting = id }
        }
        return step
    }

    /// One statement of two parts, each of which reads one entry of its index.
    private func united(_ place: Place, _ tables: JourneysTables, _ connection: any Connection) async throws -> Step {
        let rows = try await connection.run(
            """
            SELECT * FROM (SELECT 0 AS part, id FROM \(tables.executions)
                           WHERE journey_contact_id = \(place.enrolment) AND node_id = \(place.node)
                             AND tenant_id = \(place.tenant) AND executed_at IS NULL
                           ORDER BY created_at DESC LIMIT 1) AS waiting
            UNION ALL
            SELECT * FROM (SELECT 1 AS part, id FROM \(tables.executions)
                           WHERE journey_contact_id = \(place.enrolment) AND tenant_id = \(place.tenant)
                             AND executed_at IS NOT NULL
                           ORDER BY executed_at DESC LIMIT 1) AS previous
            """
        )
        var step = Step()
        for row in rows {
            let id = try row.decode(UUID.self, at: 1)
            if try row.decode(Int.self, at: 0) == 0 { step.waiting = id } else { step.previous = id }
        }
        return step
    }

    private func waiting(_ columns: String, _ place: Place, _ tables: JourneysTables) -> BoundStatement {
        """
        SELECT \(unsafeSQL: columns) FROM \(tables.executions)
        WHERE node_id = \(place.node) AND journey_contact_id = \(place.enrolment) AND tenant_id = \(place.tenant)
          AND executed_at IS NULL
        ORDER BY created_at DESC LIMIT 1
        """
    }

    private func previous(_ columns: String, _ place: Place, _ tables: JourneysTables) -> BoundStatement {
        """
        SELECT \(unsafeSQL: columns) FROM \(tables.executions)
        WHERE journey_contact_id = \(place.enrolment) AND tenant_id = \(place.tenant) AND executed_at IS NOT NULL
        ORDER BY executed_at DESC LIMIT 1
        """
    }
}
