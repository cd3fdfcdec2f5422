package import MartletCore

/// Asks PostgreSQL how it would run a statement, or how it ran it.
package enum PlanReader {
    /// Carries a plan out of a transaction that must not be committed.
    private struct Undo: Error {
        let plan: Plan
    }

    /// Reads the plan of a statement with its values.
    ///
    /// One round trip; with `analyze` two more, as the statement is run within a transaction that is rolled back, or
    /// within a savepoint of the one that is open. What no rollback undoes remains: numbers drawn from sequences, and
    /// what functions do outside the database.
    package static func plan(
        of statement: BoundStatement,
        analyze: Bool,
        isInTransaction: Bool,
        on connection: any Connection
    ) async throws(EngineError) -> Plan {
        let explain = ExplainDecoder.explainStatement(for: statement, analyze: analyze)
        guard analyze else { return try await read(explain, connection) }
        do {
            if isInTransaction {
                try await connection.savepoint("martlet_explain") { throw Undo(plan: try await read(explain, $0)) }
            } else {
                try await connection.transaction { throw Undo(plan: try await read(explain, $0)) }
            }
            throw EngineError(.undecodable, "EXPLAIN printed nothing")
        } catch let undo as Undo {
            return undo.plan
        } catch let error as EngineError {
            throw error
        } catch {
            throw EngineError(.other, "the plan could not be read", cause: error)
        }
    }

    private static func read(
        _ explain: BoundStatement,
        _ connection: any Connection
    ) async throws(EngineError) -> Plan {
        let rows = try await connection.run(explain)
        guard let row = rows.first else { throw EngineError(.undecodable, "EXPLAIN printed nothing") }
        return try ExplainDecoder.plan(fromJSON: row.decode(at: 0))
    }
}
