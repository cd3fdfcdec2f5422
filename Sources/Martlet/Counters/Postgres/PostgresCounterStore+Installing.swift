import MartletCore

extension PostgresCounterStore {
    /// How long CREATE TRIGGER waits for writers, while other writers wait behind it.
    private static let lockTimeoutMilliseconds = 40
    /// With pauses that grow to half a second, together about a minute.
    private static let attemptsMax = 120

    package func install(_ definition: CounterDefinition) async throws {
        try await connected(.readWrite) { connection in
            let counter = try await resolve(definition, on: connection)
            try await connection.transaction { connection in
                // Two who install at once would replace the same functions.
                try await connection.run("SELECT pg_advisory_xact_lock(\(Self.schemaLock)::bigint)")
                try await run(PostgresCounterSchemaSQL.statements, on: connection)
                try await refuseOther(definition, counter, on: connection)
                let sql = PostgresCounterTriggerSQL(counter: counter)
                let entry = PostgresCounterPlanSQL(counter: counter, definition: definition).entry
                try await run(sql.slotStatements + sql.functionStatements + [entry], on: connection)
            }
            for step in try await triggerSteps(counter, on: connection) {
                try await patiently("install the counter \(counter.name)", on: connection, step)
            }
        }
    }

    package func remove(_ name: CounterName) async throws {
        try await connected(.readWrite) { connection in
            let record = try await record(of: name, on: connection)
            let counter = record.counter
            let tables = try await connection.run(
                "\(unsafeSQL: PostgresCounterGapsSQL(counter: counter).presentTriggers) ORDER BY 1, 2"
            )
            for row in tables {
                let table = try row.decode(String.self, "relation")
                let trigger = Identifier(try row.decode(String.self, "trigger"))
                try await patiently(
                    "remove the counter \(name)",
                    on: connection,
                    "DROP TRIGGER IF EXISTS \(trigger.quoted) ON \(table)"
                )
            }
            try await connection.transaction { connection in
                try await connection.run("SELECT pg_advisory_xact_lock(\(Self.schemaLock)::bigint)")
                try await run(PostgresCounterPlanSQL(record: record).removal, on: connection)
            }
        }
    }

    // MARK: Steps

    /// "mcounter" in ASCII: a number that nobody else picks by chance.
    static let schemaLock: Int64 = 0x6d63_6f75_6e74_6572

    /// Tries the definition in a transaction that is rolled back.
    func resolve(_ definition: CounterDefinition, on connection: any Connection) async throws -> PostgresCounter {
        try await connection.run("BEGIN")
        let result: Result<PostgresCounter, any Error>
        do {
            result = .success(try await PostgresCounterInspector(connection: connection).resolve(definition))
        } catch {
            result = .failure(error)
        }
        await Task { _ = try? await connection.run("ROLLBACK") }.value
        return try result.get()
    }

    private func run(_ statements: [String], on connection: any Connection) async throws {
        for statement in statements { try await connection.run("\(unsafeSQL: statement)") }
    }

    private func refuseOther(
        _ definition: CounterDefinition,
        _ counter: PostgresCounter,
        on connection: any Connection
    ) async throws {
        guard let installed = try await recordIfAny(of: definition.name, on: connection) else { return }
        guard installed.counter == counter, installed.definition.parent == definition.parent else {
            throw CounterError(
                .nameTaken,
                "install the counter \(definition.name): there is one of that name that counts something else, in "
                    + "\(installed.definition.table); remove it first, or take another name"
            )
        }
    }

    /// A statement for each trigger that is missing, disabled, or left on a table that is no longer a partition.
    func triggerSteps(_ counter: PostgresCounter, on connection: any Connection) async throws -> [String] {
        let gaps = try await connection.run("\(unsafeSQL: PostgresCounterGapsSQL(counter: counter).gaps)")
            .map(PostgresCounterGap.init)
        // What a new parent is given must be kept from then on: its triggers come last.
        return (gaps.filter { !$0.isOfParent } + gaps.filter(\.isOfParent)).compactMap { $0.remedy(counter) }
    }

    /// Runs a statement that needs a strong lock: whoever writes waits for one attempt at most.
    private func patiently(_ attempt: String, on connection: any Connection, _ sql: String) async throws {
        for number in 1...Self.attemptsMax {
            do {
                return try await connection.transaction { connection in
                    try await connection.run(
                        "SELECT set_config('lock_timeout', \("\(Self.lockTimeoutMilliseconds)ms")::text, true)"
                    )
                    try await connection.run("\(unsafeSQL: sql)")
                }
            } catch let error as EngineError where error.code == .duplicateObject {
                // Someone else installs the same counter right now.
                return
            } catch let error as EngineError where error.code.isRetryable {
                guard number < Self.attemptsMax else {
                    throw CounterError(
                        .busy,
                        "\(attempt): a transaction that writes to the table has not ended for a minute; what was done "
                            + "stays, and the same call goes on from there"
                    )
                }
                try await sleep(.milliseconds(min(20 * number, 500)))
            }
        }
    }
}
