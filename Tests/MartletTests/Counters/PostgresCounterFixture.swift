import Martlet
import MartletCore
import MartletPostgres
import MartletTesting
import Synchronization
import Testing

/// An empty database of a test's own, on a server that the tests of counters share.
struct PostgresCounterFixture {
    /// It knows prepared transactions, and takes more connections than others do.
    static let server = Task {
        let settings = ["max_connections": "300", "max_prepared_transactions": "20"]
        return try await PrivatePostgres.start(PrivatePostgres.Options(autovacuum: false, settings: settings))
    }
    private static let databasesMade = Atomic<Int>(0)

    let connectionString: String
    let engine: PostgresEngine
    let store: PostgresCounterStore

    init(_ script: String = "") async throws {
        let number = Self.databasesMade.add(1, ordering: .relaxed).newValue
        connectionString = try await Self.server.value.createDatabase(named: "counters_\(number)")
        engine = try PostgresEngine(connectionString)
        store = PostgresCounterStore(engine)
        try await run(script)
    }

    var counters: Counters { Counters(engine) }

    /// Runs statements on a connection of their own.
    func run(_ script: String) async throws {
        try await engine.withConnection(.readWrite) { try await $0.runScript(script) }
    }

    /// Runs a script through psql, for what a script of the driver cannot.
    func number(_ sql: String) async throws -> Int {
        try await engine.withConnection(.readOnly) { connection in
            try await connection.run("\(unsafeSQL: sql)")[0].decode(Int.self, at: 0)
        }
    }

    /// Installs and initialises.
    @discardableResult
    func add(_ definition: CounterDefinition) async throws -> CounterCorrection {
        try await store.install(definition)
        return try await store.initialise(definition.name, force: false)
    }

    /// The counter is exact as `verify` sees it and as an independent count of each key sees it.
    func expectExact(_ name: CounterName, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let verification = try await store.verify(name)
        #expect(verification.isExact, "\(verification)", sourceLocation: sourceLocation)
        #expect(verification.totalKept == verification.totalCounted, sourceLocation: sourceLocation)
        #expect(verification.isInitialised, sourceLocation: sourceLocation)
    }
}

extension CounterDefinition {
    /// Messages of each chat.
    static let messages = CounterDefinition(
        name: "message_count",
        table: QualifiedName(schema: "public", name: "messages"),
        keyColumns: ["chat_id"]
    )
}
