package import MartletCore

extension PostgresCounterStore {
    package func plan(_ definition: CounterDefinition) async throws -> MigrationPlan {
        let counter = try await connected(.readWrite) { try await resolve(definition, on: $0) }
        let sql = PostgresCounterTriggerSQL(counter: counter)
        let steps = PostgresCounterSchemaSQL.statements + sql.slotStatements + sql.functionStatements
        return MigrationPlan(
            name: "counter-\(counter.name.text.replacing("_", with: "-"))",
            summary: "Counts \(counter.table).",
            up: [MigrationStep(sql: steps.map { $0 + ";" }.joined(separator: "\n"), lock: "none")],
            down: [],
            verify: []
        )
    }

    package func script(of action: CounterAction) async throws -> String {
        switch action {
        case .install(let definition):
            return try await plan(definition).up.map(\.sql).joined(separator: "\n")
        default: return ""
        }
    }
}
