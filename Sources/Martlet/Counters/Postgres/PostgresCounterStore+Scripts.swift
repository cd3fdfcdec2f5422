package import MartletCore

extension PostgresCounterStore {
    package func plan(_ definition: CounterDefinition) async throws -> MigrationPlan {
        try await connected(.readWrite) { connection in
            let counter = try await resolve(definition, on: connection)
            try await refuseSharedColumn(definition, on: connection)
            let tables = try await connection.run("\(unsafeSQL: PostgresCounterGapsSQL(counter: counter).tables)")
            return PostgresCounterPlanSQL(counter: counter, definition: definition)
                .plan(
                    tables: try tables.map { row in
                        (try row.decode(String.self, "relation"), try row.decode(Bool.self, "is_partitioned"))
                    }
                )
        }
    }

    package func script(of action: CounterAction) async throws -> String {
        switch action {
        case .install(let definition):
            return try await connected(.readWrite) { try await installation(definition, on: $0) }
        case .initialise(let name):
            return try await script(name) { record, _ in
                record.initialisedAt != nil
                    ? [CounterAction.nothingToDo(name)] : PostgresCounterScriptSQL(record: record).initialisation
            }
        case .fix(let name):
            return try await script(name) { record, _ in PostgresCounterScriptSQL(record: record).initialisation }
        case .backfill(let name, let options):
            return try await script(name) { record, connection in
                if record.counter.parent == nil, record.passesOver(options) {
                    return [CounterAction.nothingToDo(name)]
                }
                var options = options
                options.skipsExisting = record.passesOver(options)
                return PostgresCounterScriptSQL(record: record)
                    .backfill(options, isOrdered: try await isOrdered(record.counter, on: connection))
            }
        case .verify(let name):
            return try await script(name) { record, _ in PostgresCounterScriptSQL(record: record).verification }
        case .fold(let name):
            return try await script(name) { record, _ in PostgresCounterScriptSQL(record: record).folding }
        case .remove(let name):
            return try await connected(.readOnly) { connection in
                let record = try await record(of: name, on: connection)
                let drops = try await triggerDrops(record.counter, on: connection)
                return Self.script(
                    drops.flatMap(Self.patient)
                        + Self.exclusive(PostgresCounterPlanSQL(record: record).removalStatements)
                )
            }
        }
    }

    /// What `install` would do now, without another try where a lock is not to be had.
    private func installation(_ definition: CounterDefinition, on connection: any Connection) async throws -> String {
        let counter = try await resolve(definition, on: connection)
        let (parts, triggers) = try await connection.transaction(readOnly: true) { connection in
            let installed = try await recordIfAny(of: definition.name, on: connection)
            let triggers = try await triggerSteps(counter, on: connection)
            var parts = try await preparation(definition, counter, installed, on: connection)
            if installed != nil, !triggers.isEmpty { parts.append(PostgresCounterPlanSQL.doubt(definition.name)) }
            return (parts, triggers)
        }
        return Self.script(Self.exclusive(parts) + triggers.flatMap(Self.patient))
    }

    private static func patient(_ statements: [String]) -> [String] {
        PostgresCounterScriptSQL.patient(statements, milliseconds: lockTimeoutMilliseconds)
    }

    /// Without another who changes the schema `martlet`.
    private static func exclusive(_ statements: [String]) -> [String] {
        patient(["SELECT pg_catalog.pg_advisory_xact_lock(\(schemaLock))"] + statements)
    }

    private func script(
        _ name: CounterName,
        _ steps: (PostgresCounterRecord, any Connection) async throws -> [String]
    ) async throws -> String {
        try await connected(.readOnly) { connection in
            let record = try await record(of: name, on: connection)
            try await connection.transaction(readOnly: true) { try await requireUnchanged(record, on: $0) }
            return Self.script(try await steps(record, connection))
        }
    }

    private static func script(_ steps: [String]) -> String {
        steps.joined(separator: "\n") + "\n"
    }
}
