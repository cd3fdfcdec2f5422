package import MartletCore

/// Counters on PostgreSQL: deltas that triggers add, in the schema `martlet`.
///
/// It carries out what the builders of SQL beside it say.
package struct PostgresCounterStore: CounterStore {
    let engine: any Engine
    let sleep: @Sendable (Duration) async throws -> Void

    package init(
        _ engine: any Engine,
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) {
        self.engine = engine
        self.sleep = sleep
    }

    package func list() async throws -> [CounterStatus] {
        try await connected(.readOnly) { connection in
            guard try await isInstalled(connection) else { return [] }
            let rows = try await connection.run("\(unsafeSQL: PostgresCounterRecord.query) ORDER BY c.name")
            var statuses: [CounterStatus] = []
            for record in try rows.map(PostgresCounterRecord.init) {
                let rows = record.counter.parent == nil ? record.counter.slots : "(SELECT LIMIT 0) none"
                let count = try await connection.run("SELECT count(*) FROM \(unsafeSQL: rows)")
                statuses.append(
                    CounterStatus(
                        definition: record.definition,
                        initialisedAt: record.initialisedAt,
                        rows: try count[0].decode(Int.self, at: 0),
                        gaps: try await gapsIfAny(of: record, on: connection)
                    )
                )
            }
            return statuses
        }
    }

    /// What keeps triggers from seeing all writes, or that there is nothing left to see.
    private func gapsIfAny(of record: PostgresCounterRecord, on connection: any Connection) async throws -> [String] {
        if let gone = record.gone { return [gone] }
        return try await gaps(of: record.counter, on: connection).map { $0.description(record.counter) }
    }

    // MARK: What the other parts share

    /// A connection whose statements may take as long as they must, and are not changed by settings of a role.
    func connected<Success: Sendable>(
        _ access: Access,
        _ body: (any Connection) async throws -> Success
    ) async throws -> Success {
        try await engine.withConnection(access) { connection in
            try await connection.run(
                """
                SELECT set_config('statement_timeout', '0', false), set_config('lock_timeout', '0', false),
                  set_config('idle_in_transaction_session_timeout', '0', false),
                  set_config('application_name', 'martlet counter', false)
                """
            )
            return try await body(connection)
        }
    }

    /// Whether there has ever been a counter in the database.
    func isInstalled(_ connection: any Connection) async throws -> Bool {
        try await connection.run("SELECT to_regclass('martlet.counters') IS NOT NULL")[0].decode(Bool.self, at: 0)
    }

    func record(of name: CounterName, on connection: any Connection) async throws -> PostgresCounterRecord {
        guard let record = try await recordIfAny(of: name, on: connection) else {
            throw CounterError(.unknownCounter, "there is no counter \(name); install it first")
        }
        return record
    }

    func recordIfAny(of name: CounterName, on connection: any Connection) async throws -> PostgresCounterRecord? {
        guard try await isInstalled(connection) else { return nil }
        return try await connection.run("\(unsafeSQL: PostgresCounterRecord.query) WHERE c.name = \(name.text)")
            .first.map(PostgresCounterRecord.init)
    }
}
