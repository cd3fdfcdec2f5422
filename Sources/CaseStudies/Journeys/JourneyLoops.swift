package import MartletCore

/// Row 2b: whether an enrolment goes round, by the last times it was at a node.
package struct JourneyLoops: Sendable {
    /// The document looks at the last three.
    package static let executionsMax = 3

    package init() {}

    /// The last executions of an enrolment at a node: identifier and instant, the newest first.
    package func lastExecutions(
        at place: JourneySteps.Place,
        _ way: Way,
        on connection: any Connection
    ) async throws -> [[Value]] {
        let tables = JourneysTables(connection.dialect)
        return switch way {
        case .before: try await newest("*", place, tables, connection)
        case .seed: try await newest("id, executed_at", place, tables, connection)
        case .fair: try await run(lastRun(place, tables), connection)
        case .expert: try await run(lastRunOfEnrolment(place, tables), connection)
        }
    }

    /// Sorted by an instant that is NULL where an execution has not run: PostgreSQL puts these first, SQLite last.
    ///
    /// The document selects two columns instead of all.
    private func newest(
        _ columns: String,
        _ place: JourneySteps.Place,
        _ tables: JourneysTables,
        _ connection: any Connection
    ) async throws -> [[Value]] {
        let rows = try await connection.run(
            """
            SELECT \(unsafeSQL: columns) FROM \(tables.executions)
            WHERE node_id = \(place.node) AND journey_contact_id = \(place.enrolment) AND tenant_id = \(place.tenant)
            ORDER BY executed_at DESC LIMIT \(Self.executionsMax)
            """
        )
        return rows.map { [$0["id"], $0["executed_at"]] }
    }

    /// Says that it means executions that ran.
    func lastRun(_ place: JourneySteps.Place, _ tables: JourneysTables) -> BoundStatement {
        """
        SELECT id, executed_at FROM \(tables.executions)
        WHERE node_id = \(place.node) AND journey_contact_id = \(place.enrolment) AND tenant_id = \(place.tenant)
          AND executed_at IS NOT NULL
        ORDER BY executed_at DESC LIMIT \(Self.executionsMax)
        """
    }

    /// Read from the index alone, which knows no tenant: whose the enrolment is, is looked up once by its key.
    private func lastRunOfEnrolment(_ place: JourneySteps.Place, _ tables: JourneysTables) -> BoundStatement {
        """
        SELECT id, executed_at FROM \(tables.executions)
        WHERE journey_contact_id = (SELECT id FROM \(tables.enrolments)
                                    WHERE id = \(place.enrolment) AND tenant_id = \(place.tenant))
          AND node_id = \(place.node) AND executed_at IS NOT NULL
        ORDER BY executed_at DESC LIMIT \(Self.executionsMax)
        """
    }

    private func run(_ statement: BoundStatement, _ connection: any Connection) async throws -> [[Value]] {
        try await connection.run(statement).map(\.values)
    }
}
