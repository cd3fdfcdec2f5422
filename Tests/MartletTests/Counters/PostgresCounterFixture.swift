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

    private static let templates = Mutex<[CountedTable: Task<String, any Error>]>([:])

    let name: String
    let engine: PostgresEngine
    let store: PostgresCounterStore

    /// An empty database, or a copy of another, and a script that is run there.
    init(_ script: String = "", template: String = "template0") async throws {
        name = "counters_\(Self.databasesMade.add(1, ordering: .relaxed).newValue)"
        let server = try await Self.server.value
        _ = try await server.query("CREATE DATABASE \(name) TEMPLATE \(template)")
        engine = try PostgresEngine(server.connectionString(database: name))
        store = PostgresCounterStore(engine)
        try await run(script)
    }

    /// A database with a table of messages and all kinds of counters of it, copied from one that was made once.
    init(_ table: CountedTable) async throws {
        let template = Self.templates.withLock { templates in
            if let task = templates[table] { return task }
            let task = Task {
                let fixture = try await PostgresCounterFixture(table.script)
                for definition in CountedTable.definitions { try await fixture.add(definition) }
                return fixture.name
            }
            templates[table] = task
            return task
        }
        try await self.init(template: try await template.value)
    }

    var counters: Counters { Counters(engine) }

    /// The same database as another role, which may log in.
    func engine(as role: String) async throws -> PostgresEngine {
        let server = try await Self.server.value
        let string = server.connectionString(database: name).replacing("user=postgres", with: "user=\(role)")
        return try PostgresEngine(string)
    }

    /// Runs statements on a connection of their own.
    func run(_ script: String) async throws {
        if script.isEmpty { return }
        try await engine.withConnection(.readWrite) { try await $0.runScript(script) }
    }

    /// The one number that a query returns.
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

    /// All counters of the table of messages are exact.
    func expectAllExact(sourceLocation: SourceLocation = #_sourceLocation) async throws {
        for definition in CountedTable.definitions { try await expectExact(definition, sourceLocation: sourceLocation) }
    }

    /// The counter is exact as `verify` sees it, and as counting each key apart sees it.
    func expectExact(_ definition: CounterDefinition, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let verification = try await store.verify(definition.name)
        #expect(verification.isExact, "\(verification)", sourceLocation: sourceLocation)
        #expect(verification.totalKept == verification.totalCounted, sourceLocation: sourceLocation)
        #expect(verification.isInitialised, sourceLocation: sourceLocation)
        let wrong = try await number(independentCount(definition))
        #expect(wrong == 0, "\(definition.name): keys that martlet.sum gets wrong", sourceLocation: sourceLocation)
    }

    /// Keys whose number differs from what a plain query over the table says, and 1 more if the totals differ.
    private func independentCount(_ definition: CounterDefinition) -> String {
        let columns = definition.keyColumns.map { Identifier($0).quoted }
        let number = definition.sum.map { "coalesce(sum(\($0)), 0)" } ?? "count(*)"
        let rows = "FROM \(definition.table.quoted) WHERE \(definition.condition ?? "true")"
        let total = """
            SELECT CAST((SELECT \(number) \(rows)) IS DISTINCT FROM
            (SELECT coalesce(sum(n), 0) FROM martlet.counter_\(definition.name)) AS int) AS wrong
            """
        guard !columns.isEmpty else {
            return """
                SELECT sum(wrong) FROM (\(total) UNION ALL
                SELECT CAST(martlet.sum('\(definition.name)') IS DISTINCT FROM
                (SELECT \(number) \(rows)) AS int)) t
                """
        }
        let keys = columns.map { "CAST(\($0) AS text)" }.joined(separator: ", ")
        return """
            SELECT sum(wrong) FROM (\(total) UNION ALL
            SELECT count(*) FROM (
              SELECT ARRAY[\(keys)] AS key, \(number) AS n \(rows) GROUP BY \(columns.joined(separator: ", "))
            ) t WHERE martlet.sum('\(definition.name)', VARIADIC t.key) IS DISTINCT FROM t.n) t
            """
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
