package import MartletCore

/// The plan of a statement whose values are not known, as pg_stat_statements and logs have it.
package enum GenericPlan: Sendable {
    /// The plan that fits any values.
    case plan(Plan)
    /// There is none, and why: a utility statement, a text that was cut, a placeholder whose type cannot be told.
    case impossible(reason: String)

    /// The longest that planning may take.
    private static let timeout = Duration.seconds(5)
    private static let name = Identifier("martlet_generic_plan")

    /// Carries the outcome out of a transaction that must not be committed.
    private struct Undo: Error {
        let plan: Plan
    }

    /// Plans a text with placeholders without running it; the connection must be in no transaction.
    ///
    /// Six round trips. The text is prepared and its generic plan explained, which PostgreSQL 12 to 17 all do;
    /// `EXPLAIN (GENERIC_PLAN)`, since 16, needs a protocol message without values. Only one statement is accepted, and
    /// a read-only transaction holds even if the text were to run. NULLs stand for the values; a generic plan does not
    /// look at them.
    package static func read(
        _ text: String,
        on connection: any Connection
    ) async throws(EngineError) -> GenericPlan {
        let outcome: GenericPlan
        do {
            try await connection.transaction(readOnly: true) { throw Undo(plan: try await plan(text, $0)) }
            outcome = .impossible(reason: "no plan was made")
        } catch let undo as Undo {
            outcome = .plan(undo.plan)
        } catch let error as EngineError where isAboutTheText(error) {
            outcome = .impossible(reason: error.message)
        } catch let error as EngineError {
            throw error
        } catch {
            throw EngineError(.other, "the plan could not be read", cause: error)
        }
        // A rollback leaves prepared statements. Where preparing failed there is none to remove.
        _ = try? await connection.run("DEALLOCATE \(name)")
        return outcome
    }

    private static func plan(_ text: String, _ connection: any Connection) async throws(EngineError) -> Plan {
        try await connection.run("SET LOCAL plan_cache_mode = force_generic_plan")
        _ = try await connection.run("PREPARE \(name) AS \(unsafeSQL: text)", timeout: timeout)
        let types = try await connection.run(
            """
            \(unsafeSQL: OwnStatement.mark)
            SELECT cardinality(parameter_types) FROM pg_prepared_statements WHERE name = \(name.name)
            """
        )
        let placeholders = try types.first?.decode(Int.self, at: 0) ?? 0
        let nulls = Array(repeating: "NULL", count: placeholders).joined(separator: ", ")
        let list = placeholders == 0 ? "" : "(\(nulls))"
        let rows = try await connection.run(
            "EXPLAIN (FORMAT JSON) EXECUTE \(name)\(unsafeSQL: list)",
            timeout: timeout
        )
        guard let row = rows.first else { throw EngineError(.undecodable, "EXPLAIN printed nothing") }
        return try ExplainDecoder.plan(fromJSON: row.decode(at: 0))
    }

    /// Failures of the connection are the caller's to hear of.
    private static func isAboutTheText(_ error: EngineError) -> Bool {
        switch error.code {
        case .connectionLost, .cancelled, .unreachable, .transactionAborted: false
        default: true
        }
    }
}
