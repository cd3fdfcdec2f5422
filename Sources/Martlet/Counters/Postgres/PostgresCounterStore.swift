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
                        gaps: try await gapsIfAny(of: record, on: connection),
                        isTableGone: record.isTableGone
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
    ///
    /// It may be a pool's, and go on to somebody else: so what it was set to is set again in the end.
    func connected<Success: Sendable>(
        _ access: Access,
        settings: [(name: String, value: String)] = [],
        _ body: (any Connection) async throws -> Success
    ) async throws -> Success {
        let wanted = Self.settings + settings
        return try await engine.withConnection(access) { connection in
            let names = wanted.map(\.name)
            let before = try await connection.run(
                "SELECT coalesce(current_setting(name, true), '') FROM unnest(\(names)::text[]) AS name"
            )
            try await Self.set(wanted, on: connection)
            let set = try zip(names, before).map { (name: $0, value: try $1.decode(String.self, at: 0)) }
            return try await Self.finishing({ try await Self.set(set, on: connection) }) { try await body(connection) }
        }
    }

    private static let settings = [
        (name: "statement_timeout", value: "0"), (name: "lock_timeout", value: "0"),
        (name: "idle_in_transaction_session_timeout", value: "0"),
        (name: "application_name", value: "martlet counter"),
        // Constants of conditions are read and written here, and every writer reads them.
        (name: "standard_conforming_strings", value: "on"), (name: "IntervalStyle", value: "postgres"),
        (name: "extra_float_digits", value: "1"),
    ]

    private static func set(_ settings: [(name: String, value: String)], on connection: any Connection) async throws {
        try await connection.run(
            """
            SELECT set_config(name, value, false)
            FROM unnest(\(settings.map(\.name))::text[], \(settings.map(\.value))::text[]) AS setting (name, value)
            """
        )
    }

    /// Holds an advisory lock of the session while a body runs; waits without limit for whoever has it.
    func holding<Success: Sendable>(
        _ lock: Int64,
        of name: CounterName,
        on connection: any Connection,
        _ body: () async throws -> Success
    ) async throws -> Success {
        try await connection.run("SELECT pg_advisory_lock(\(lock)::int, pg_catalog.hashtext(\(name.text)))")
        let release: BoundStatement =
            "SELECT pg_advisory_unlock(\(lock)::int, pg_catalog.hashtext(\(name.text)))"
        return try await Self.finishing({ try await connection.run(release) }, body)
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
