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
            return Self.script(try await plan(definition).up.map(\.sql))
        case .initialise(let name), .fix(let name):
            return try await script(name) { PostgresCounterPlanSQL(record: $0).initialisation }
        case .backfill(let name, let options):
            return try await script(name) { PostgresCounterPlanSQL(record: $0).backfill(options) }
        case .verify(let name):
            return try await script(name) { PostgresCounterPlanSQL(record: $0).verification }
        case .fold(let name):
            return try await script(name) { record in
                guard record.counter.parent == nil else { return ["-- a column of a parent has nothing to fold"] }
                let sql = PostgresCounterFoldingSQL(counter: record.counter)
                return ["-- for each batch of keys, while it has more than one delta of a key:"]
                    + [sql.keys(isFirst: false, limit: 50), sql.lock, sql.fold, sql.unlock].map { $0 + ";" }
                    + ["-- and for keys with NULL, while it removes any:", sql.foldNulls + ";"]
            }
        case .remove(let name):
            return try await connected(.readOnly) { connection in
                let record = try await record(of: name, on: connection)
                let drops = try await triggerDrops(record.counter, on: connection).joined().map { $0 + ";" }
                return Self.script(drops + PostgresCounterPlanSQL(record: record).removal)
            }
        }
    }

    private func script(
        _ name: CounterName,
        _ steps: (PostgresCounterRecord) -> [String]
    ) async throws -> String {
        let record = try await connected(.readOnly) { try await self.record(of: name, on: $0) }
        return Self.script(steps(record))
    }

    private static func script(_ steps: [String]) -> String {
        steps.joined(separator: "\n") + "\n"
    }
}
