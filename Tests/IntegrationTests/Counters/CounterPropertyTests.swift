import Foundation
import Glibc
import Martlet
import MartletCore
import MartletPostgres
import MartletTesting
import Testing

/// Counters are right whatever is done to the rows, and whoever is killed while doing it.
///
/// `MARTLET_COUNTER_OPERATIONS=1000000` makes it long; `MARTLET_SEED` repeats a run's scripts.
@Suite(.timeLimit(.minutes(60)))
struct CounterPropertyTests {
    private static let clients = 16
    private static let environment = ProcessInfo.processInfo.environment
    private static let operations = environment["MARTLET_COUNTER_OPERATIONS"].flatMap { Int($0) } ?? 12_000
    /// Statements of one client between two checks.
    private static let roundOperations = 250

    private static let deltas = [
        CounterDefinition(
            name: "message_count",
            table: QualifiedName(schema: "public", name: "Messages"),
            keyColumns: ["chatId"],
            condition: "deleted_at IS NULL"
        ),
        CounterDefinition(name: "message_total", table: QualifiedName(schema: "public", name: "Messages")),
        CounterDefinition(
            name: "message_size",
            table: QualifiedName(schema: "public", name: "Messages"),
            keyColumns: ["chatId", "kind"],
            sum: "size"
        ),
        CounterDefinition(
            name: "event_sum",
            table: QualifiedName(schema: "public", name: "events"),
            keyColumns: ["tenant"],
            sum: "n"
        ),
    ]
    /// Those that a column of their chat keeps.
    private static let columns = [
        column("message_count", condition: "deleted_at IS NULL"), column("message_total"),
        column("message_size", sum: "size"),
    ]

    private static func column(
        _ name: String,
        condition: String? = nil,
        sum: String? = nil
    ) -> CounterDefinition {
        CounterDefinition(
            name: CounterName(stringLiteral: name),
            table: QualifiedName(schema: "public", name: "Messages"),
            keyColumns: ["chatId"],
            condition: condition,
            sum: sum,
            parent: CounterDefinition.Parent(table: QualifiedName(schema: "public", name: "chats"), column: name)
        )
    }

    /// For each counter a query that gives no row if the rows and the counter agree.
    private static let disagreementsOfDeltas = [
        """
        SELECT c, n, martlet.count('message_count', c) FROM
            (SELECT c, (SELECT count(*) FROM "Messages" WHERE "chatId" = c AND deleted_at IS NULL) AS n
             FROM generate_series(1, \(CounterWorkload.chats)) c) t
        WHERE n <> martlet.count('message_count', c)
        """,
        "SELECT 1 WHERE (SELECT count(*) FROM \"Messages\") <> martlet.count('message_total')",
        """
        SELECT t, s FROM (SELECT tenant AS t, sum(n) AS s FROM events GROUP BY tenant) x
        WHERE s <> martlet.sum('event_sum', t)
        """,
    ]

    private static let disagreementsOfColumns = [
        """
        SELECT c.id FROM chats c CROSS JOIN LATERAL (
            SELECT count(*) AS total, count(*) FILTER (WHERE deleted_at IS NULL) AS live, coalesce(sum(size), 0) AS size
            FROM "Messages" WHERE "chatId" = c.id) t
        WHERE (c.message_count, c.message_total, c.message_size) IS DISTINCT FROM (t.live, t.total, t.size)
        """
    ]

    @Test("are exact after random operations of 16 clients, of whom some are killed, as is the server")
    func exactWhateverHappens() async throws {
        try await run(Self.deltas, Self.disagreementsOfDeltas, operations: Self.operations)
    }

    @Test("are exact in columns of parents, for which those clients wait and in which they meet in deadlocks")
    func exactInParents() async throws {
        try await run(Self.columns, Self.disagreementsOfColumns, operations: Self.operations)
    }

    private func run(
        _ definitions: [CounterDefinition],
        _ disagreements: [String],
        operations: Int
    ) async throws {
        let seed = Self.environment["MARTLET_SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: 0...UInt64.max)
        print("seed \(seed)")
        // A transaction that a killed client left prepared would hold its locks for ever.
        let settings = [
            "max_prepared_transactions": "64", "max_connections": "60", "deadlock_timeout": "20ms",
            "lock_timeout": "300ms",
        ]
        let server = try await PrivatePostgres.start(PrivatePostgres.Options(settings: settings))
        let engine = try PostgresEngine(server.connectionString())
        try await engine.withConnection(.readWrite) { try await $0.runScript(CounterWorkload.schema) }
        let store = PostgresCounterStore(engine)
        for definition in definitions {
            try await store.install(definition)
            _ = try await store.initialise(definition.name, force: false)
        }
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("counters-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }

        var chaos = SplitMix64(seed: seed)
        var workloads = (0..<Self.clients).map { CounterWorkload(seed: seed, client: $0) }
        let rounds = max(2, operations / (Self.clients * Self.roundOperations))
        for round in 0..<rounds {
            var processes: [pid_t] = []
            for client in workloads.indices {
                let script = workloads[client].script(operations: Self.roundOperations)
                processes.append(try start(script, client, in: folder, server))
            }
            // Others fold all the while, and repair in two rounds of four: in the first two a drift stays to be seen.
            let isRepairing = round % 4 >= 2
            let keeper = CounterKeeper(store, definitions.map(\.name), isRepairing: isRepairing)
            let keeping = Task { await keeper.keep() }
            for process in processes.shuffled(using: &chaos).prefix(3) {
                try await Task.sleep(for: .milliseconds(Int.random(in: 10...80, using: &chaos)))
                kill(process, SIGKILL)
            }
            let isServerKilled = round % 3 == 1
            if isServerKilled { try await server.crash() }
            for process in processes { _ = await SpawnedProcess.end(of: process) }
            if isServerKilled { try await server.restart() }
            keeping.cancel()
            let repairs = await keeping.value
            let note = "seed \(seed), round \(round)"
            #expect(repairs.filter { $0.keysCorrected > 0 } == [], "\(note): nobody had tampered with a counter")
            #expect(!repairs.isEmpty || !isRepairing || isServerKilled, "\(note): no repair came to its end")
            try await settle(server)
            try await expectExact(store, engine, definitions, disagreements, note: note)
            let added = try await server.query(
                "SELECT last_value FROM pg_sequences WHERE sequencename = 'Messages_id_seq'"
            )
            #expect(Int(added) ?? 0 > (round + 1) * Self.roundOperations, "the clients did next to nothing")
        }
        await engine.shutdown()
        await server.stop()
    }

    /// Runs a script by psql, which goes on after each error as an application does.
    private func start(_ script: String, _ client: Int, in folder: URL, _ server: PrivatePostgres) throws -> pid_t {
        let path = folder.appendingPathComponent("\(client).sql").path
        try script.write(toFile: path, atomically: true, encoding: .utf8)
        let errors = folder.appendingPathComponent("\(client).log").path
        if !FileManager.default.fileExists(atPath: errors) {
            guard FileManager.default.createFile(atPath: errors, contents: nil) else {
                throw CocoaError(.fileWriteUnknown)
            }
        }
        return try SpawnedProcess.start(
            ["/usr/bin/env", "psql", "-qX", "-f", path, server.connectionString()],
            environment: Self.environment,
            folder: folder.path,
            output: errors,
            errors: errors
        )
    }

    /// Ends what killed clients left: prepared transactions, and sessions that have yet to notice.
    private func settle(_ server: PrivatePostgres) async throws {
        let names = try await server.query("SELECT gid FROM pg_prepared_xacts").split(separator: "\n")
        for (position, name) in names.enumerated() {
            _ = try await server.query("\(position.isMultiple(of: 2) ? "COMMIT" : "ROLLBACK") PREPARED '\(name)'")
        }
        for _ in 0..<500 {
            let busy = """
                SELECT count(*) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'
                AND application_name = 'psql' AND state <> 'idle'
                """
            if try await server.query(busy) == "0" { return }
            try await Task.sleep(for: .milliseconds(10))
        }
        Issue.record("sessions of killed clients are still there")
    }

    private func expectExact(
        _ store: PostgresCounterStore,
        _ engine: PostgresEngine,
        _ definitions: [CounterDefinition],
        _ disagreements: [String],
        note: String
    ) async throws {
        for definition in definitions {
            let verification = try await store.verify(definition.name)
            #expect(verification.isExact, "\(note): \(verification)")
            #expect(verification.isInitialised)
        }
        try await engine.withConnection(.readOnly) { connection in
            for query in disagreements {
                let rows = try await connection.run(BoundStatement(Statement(unsafeText: query)))
                #expect(rows.isEmpty, "\(note): \(query)")
            }
        }
    }
}
