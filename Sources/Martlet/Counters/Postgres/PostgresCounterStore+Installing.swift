import MartletCore

extension PostgresCounterStore {
    /// How long CREATE TRIGGER waits for writers, while other writers wait behind it.
    static let lockTimeoutMilliseconds = 40
    /// With pauses that grow to half a second, together about a minute.
    private static let attemptsMax = 120

    @discardableResult
    package func install(_ definition: CounterDefinition) async throws -> Bool {
        try await connected(.readWrite) { connection in
            let counter = try await resolve(definition, on: connection)
            // Whoever gives up takes away what he made: nobody else may be about to use it.
            return try await holding(Self.installLock, of: definition.name, on: connection) {
                try await install(definition, counter, on: connection)
                return try await record(of: definition.name, on: connection).initialisedAt != nil
            }
        }
    }

    private func install(
        _ definition: CounterDefinition,
        _ counter: PostgresCounter,
        on connection: any Connection
    ) async throws {
        let isNew = try await patiently("install the counter \(counter.name)", on: connection) { connection in
            // Two who install at once would replace the same functions.
            try await connection.run("SELECT pg_advisory_xact_lock(\(Self.schemaLock)::bigint)")
            return try await prepare(definition, counter, on: connection)
        }
        do {
            try await completeTriggers(counter, on: connection)
        } catch let error as CounterError where error.code == .busy {
            throw try await givingUp(definition, counter, isNew: isNew, on: connection)
        }
    }

    package func remove(_ name: CounterName) async throws {
        try await connected(.readWrite) { connection in
            let record = try await record(of: name, on: connection)
            let counter = record.counter
            for step in try await triggerDrops(counter, on: connection) {
                try await patiently("remove the counter \(name)", on: connection, step)
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

    /// "mins" in ASCII.
    private static let installLock: Int64 = 0x6d69_6e73

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

    /// Makes all but the triggers, and returns whether nothing of the counter was there before.
    private func prepare(
        _ definition: CounterDefinition,
        _ counter: PostgresCounter,
        on connection: any Connection
    ) async throws -> Bool {
        let installed = try await recordIfAny(of: definition.name, on: connection)
        try await run(preparation(definition, counter, installed, on: connection), on: connection)
        guard installed != nil else { return true }
        // What passed unseen so far is missing from the numbers, and from what a backfill has done.
        if try await !triggerSteps(counter, on: connection).isEmpty {
            try await run([PostgresCounterPlanSQL.doubt(definition.name)], on: connection)
        }
        return false
    }

    /// The statements that make all but the triggers; throws if they would take anything from another counter.
    func preparation(
        _ definition: CounterDefinition,
        _ counter: PostgresCounter,
        _ installed: PostgresCounterRecord?,
        on connection: any Connection
    ) async throws -> [String] {
        try await refuseSharedColumn(definition, on: connection)
        let parts = PostgresCounterPlanSQL(counter: counter, definition: definition).parts
        guard let installed, try await isReplaced(installed, by: definition, counter, on: connection) else {
            return parts
        }
        return PostgresCounterPlanSQL(record: installed).replacement + parts
    }

    /// Whether the same name is given anew because the tables are no longer what its counter was made for.
    ///
    /// Triggers stay where they are, and their functions are replaced: so the tables must be the same.
    private func isReplaced(
        _ installed: PostgresCounterRecord,
        by definition: CounterDefinition,
        _ counter: PostgresCounter,
        on connection: any Connection
    ) async throws -> Bool {
        if installed.gone == nil, installed.counter == counter { return false }
        let isSameTable = installed.isTableGone || installed.counter.table == counter.table
        let isSameParent = installed.isParentGone || installed.counter.parent?.table == counter.parent?.table
        // The same words may mean another condition since a column has another type.
        var isOutdated = installed.definition == definition
        do {
            try await requireUnchanged(installed, on: connection)
        } catch let error as CounterError where error.code == .outdated {
            isOutdated = true
        }
        guard isOutdated, isSameTable, isSameParent, (installed.counter.parent == nil) == (counter.parent == nil) else {
            throw CounterError(
                .nameTaken,
                "install the counter \(definition.name): there is one of that name that counts something else, in "
                    + "\(installed.definition.table); remove it first, or take another name"
            )
        }
        return true
    }

    /// Two counters in one column would each add what the other has added.
    func refuseSharedColumn(_ definition: CounterDefinition, on connection: any Connection) async throws {
        guard let parent = definition.parent, try await isInstalled(connection) else { return }
        let others = try await connection.run(
            """
            SELECT name FROM martlet.counters
            WHERE parent = \(parent.table.quoted)::text::pg_catalog.regclass AND parent_column = \(parent.column)
              AND name <> \(definition.name.text)
            """
        )
        guard let other = try others.first?.decode(String.self, at: 0) else { return }
        throw CounterError.columnTaken(parent, for: definition.name, by: try CounterName(other))
    }

    /// Makes what is missing of the triggers, one table at a time.
    private func completeTriggers(_ counter: PostgresCounter, on connection: any Connection) async throws {
        for step in try await triggerSteps(counter, on: connection) {
            try await patiently("install the counter \(counter.name)", on: connection, step)
        }
    }

    /// Takes away what a new counter has so far, or says what is left of it.
    private func givingUp(
        _ definition: CounterDefinition,
        _ counter: PostgresCounter,
        isNew: Bool,
        on connection: any Connection
    ) async throws -> CounterError {
        let attempt =
            "install the counter \(counter.name): a transaction that uses the table has not ended for a minute"
        guard isNew, try await triggerDrops(counter, on: connection).isEmpty else {
            let gaps = try await gaps(of: counter, on: connection)
            return CounterError(
                .busy,
                "\(attempt); the counter is there, but \(gaps.count) of its triggers are missing, so that it is "
                    + "counted at each read; the same call goes on from there, and `counter remove` takes it away"
            )
        }
        try await connection.transaction { connection in
            try await connection.run("SELECT pg_advisory_xact_lock(\(Self.schemaLock)::bigint)")
            try await run(
                PostgresCounterPlanSQL(counter: counter, definition: definition).removalStatements,
                on: connection
            )
        }
        return CounterError(.busy, "\(attempt); nothing was changed, try again when it has")
    }

    /// For each table the statements that make its triggers as they must be: what is missing or disabled, or left on a
    /// table that is no longer a partition.
    func triggerSteps(_ counter: PostgresCounter, on connection: any Connection) async throws -> [[String]] {
        let gaps = try await gaps(of: counter, on: connection)
        // What a new parent is given must be kept from then on: its triggers come last.
        let ordered = gaps.filter { !$0.isOfParent } + gaps.filter(\.isOfParent)
        return Self.byTable(
            ordered.compactMap { gap in gap.remedy(counter).map { (table: gap.step, sql: $0) } }
        )
    }

    /// For each table the statements that take its triggers away; a reader counts from the first of them on.
    func triggerDrops(_ counter: PostgresCounter, on connection: any Connection) async throws -> [[String]] {
        let triggers = try await connection.run(
            "\(unsafeSQL: PostgresCounterGapsSQL(counter: counter).presentTriggers) ORDER BY 2, 3"
        )
        let drops = try triggers.map { row in
            let table = try row.decode(String.self, "relation")
            let trigger = Identifier(try row.decode(String.self, "trigger")).quoted
            return (table: table, sql: "DROP TRIGGER IF EXISTS \(trigger) ON \(table)")
        }
        return Self.byTable(drops).map { $0 + [PostgresCounterPlanSQL.doubt(counter.name)] }
    }

    /// The statements of each table together, in the order in which the tables come first.
    private static func byTable(_ statements: [(table: String, sql: String)]) -> [[String]] {
        var tables: [String] = []
        var steps: [String: [String]] = [:]
        for statement in statements {
            if steps[statement.table] == nil { tables.append(statement.table) }
            steps[statement.table, default: []].append(statement.sql)
        }
        return tables.compactMap { steps[$0] }
    }

    private func patiently(
        _ attempt: String,
        on connection: any Connection,
        _ statements: [String]
    ) async throws {
        try await patiently(attempt, on: connection) { try await run(statements, on: $0) }
    }

    /// Does what needs a strong lock in one transaction: whoever writes waits for one attempt at most.
    private func patiently<Success: Sendable>(
        _ attempt: String,
        on connection: any Connection,
        _ body: (any Connection) async throws -> Success
    ) async throws -> Success {
        var number = 0
        while true {
            number += 1
            do {
                return try await connection.transaction { connection in
                    try await connection.run(
                        "SELECT set_config('lock_timeout', \("\(Self.lockTimeoutMilliseconds)ms")::text, true)"
                    )
                    return try await body(connection)
                }
            } catch let error as EngineError where error.code.isRetryable {
                guard number < Self.attemptsMax else {
                    throw CounterError(
                        .busy,
                        "\(attempt): a transaction that uses the table has not ended for a minute; what was done "
                            + "stays, and the same call goes on from there"
                    )
                }
                try await sleep(.milliseconds(min(20 * number, 500)))
            }
        }
    }
}
