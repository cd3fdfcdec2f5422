import Martlet
import MartletCore
import MartletSQLite
import MartletTesting
import Testing

/// A database with a counted table, one connection that writes to it, and the counters on it.
struct SQLiteCounterFixture {
    let database: TemporaryDatabase
    let connection: any Connection
    let store: SQLiteCounterStore

    /// Lends a database with these tables.
    static func with(
        _ script: String,
        counters: [CounterDefinition] = [],
        _ body: (SQLiteCounterFixture) async throws -> Void
    ) async throws {
        let database = try await TemporaryDatabase(script: script)
        let store = SQLiteCounterStore(database.engine)
        for counter in counters {
            try await store.install(counter)
            _ = try await store.initialise(counter.name, force: false)
        }
        try await database.engine.withConnection(.readWrite) { connection in
            try await body(SQLiteCounterFixture(database: database, connection: connection, store: store))
        }
    }

    /// Runs a statement as an application would: it may fail, and then its transaction goes on if SQLite lets it.
    func attempt(_ sql: String) async {
        _ = try? await connection.runScript(sql)
    }

    /// Compares with the rows, by `verify` and by a count that shares no code with it.
    ///
    /// The expression adds up over the rows that meet the condition.
    func expectExact(
        _ definition: CounterDefinition,
        ignoringCase: Bool = false,
        sourceLocation: SourceLocation = #_sourceLocation,
        _ comment: @autoclosure () -> String = ""
    ) async throws {
        let verification = try await store.verify(definition.name)
        #expect(verification.isExact, "\(comment()) \(verification)", sourceLocation: sourceLocation)
        let expression = definition.sum ?? "1"
        let columns = definition.keyColumns.map { "\(Identifier($0).quoted), " }.joined()
        let rows = try await connection.run(
            """
            SELECT \(unsafeSQL: columns)(\(unsafeSQL: expression)) FROM \(Identifier(definition.table.name))
            WHERE \(unsafeSQL: definition.condition ?? "1")
            """
        )
        var truth: [[Value]: Int] = definition.keyColumns.isEmpty ? [[]: 0] : [:]
        for row in rows {
            let key = row.values.dropLast().map { (ignoringCase ? folded($0) : $0) }
            truth[Array(key), default: 0] += try row.decode(Int?.self, at: row.columns.count - 1) ?? 0
        }
        for (key, number) in truth {
            let value = try await store.value(of: definition.name, for: CounterKey(key), on: connection)
            #expect(
                value.number.description == String(number) && (!value.isComputed || definition.parent != nil),
                "\(comment()) \(key): \(value) but \(number)",
                sourceLocation: sourceLocation
            )
        }
        guard definition.parent == nil else { return }
        let kept = try await connection.run("SELECT * FROM \(Identifier("martlet_\(definition.name)"))")
        var seen: [[Value]: Int] = [:]
        for row in kept {
            seen[row.values.dropLast().map { (ignoringCase ? folded($0) : $0) }] = try row.decode(
                Int.self,
                at: row.columns.count - 1
            )
        }
        #expect(
            seen.filter { $0.value != 0 } == truth.filter { $0.value != 0 },
            "\(comment()) in the view",
            sourceLocation: sourceLocation
        )
    }

    /// Texts of a NOCASE column that differ only in case are one key.
    private func folded(_ value: Value) -> Value {
        if case .text(let text) = value { return .text(text.lowercased()) }
        return value
    }
}

extension CounterDefinition {
    /// A counter of a table of the main schema.
    static func of(
        _ table: String,
        by key: [String] = [],
        where condition: String? = nil,
        sum: String? = nil,
        into parent: (table: String, column: String)? = nil,
        name: CounterName = "tested"
    ) -> CounterDefinition {
        CounterDefinition(
            name: name,
            table: QualifiedName(schema: "main", name: table),
            keyColumns: key,
            condition: condition,
            sum: sum,
            parent: parent.map { .init(table: QualifiedName(schema: "main", name: $0.table), column: $0.column) }
        )
    }
}
