internal import MartletCore
internal import Synchronization

/// One session with an SQLite database: a thread of its own that serves callers one after the other.
final class SQLiteConnection: Connection {
    let session: Session
    let path: String

    init(_ session: Session, path: String) {
        self.session = session
        self.path = path
    }

    var dialect: Dialect { .sqlite }
    var standing: SessionStanding { session.standing }

    func run(_ statement: BoundStatement, timeout: Duration?) async throws(EngineError) -> Rows {
        try await session.perform(statement: statement.statement.text, timeout: timeout) {
            (database) throws(EngineError) in try database.run(statement)
        }
    }

    func runPipelined(_ statements: [BoundStatement], timeout: Duration?) async throws(EngineError) -> [Rows] {
        guard let first = statements.first else { return [] }
        return try await session.perform(statement: first.statement.text, timeout: timeout) {
            (database) throws(EngineError) in
            if statements.count == 1 { return [try database.run(first)] }
            let writes = !statements.allSatisfy { database.isReadOnly($0.statement.text) }
            return try database.atomically(writes: writes) { () throws(EngineError) in
                var results: [Rows] = []
                results.reserveCapacity(statements.count)
                for statement in statements { results.append(try database.run(statement)) }
                return results
            }
        }
    }

    func runScript(_ sql: String) async throws(EngineError) {
        try await session.perform(statement: sql) { (database) throws(EngineError) in try database.runScript(sql) }
    }

    func stream(
        _ statement: BoundStatement,
        batchRows: Int,
        _ body: (Rows) async throws -> Void
    ) async throws {
        precondition(batchRows > 0, "a batch has at least one row")
        let text = statement.statement.text
        let id = try await session.openCursor(statement)
        do {
            var batch: Rows
            repeat {
                batch = try await session.perform(statement: text) { (database) throws(EngineError) in
                    try database.next(id, limit: batchRows, text: text)
                }
                if !batch.isEmpty { try await body(batch) }
            } while batch.count == batchRows
        } catch {
            await session.performToTheEnd { $0.closeCursor(id) }
            throw error
        }
        await session.performToTheEnd { $0.closeCursor(id) }
    }

    func load(_ rows: [[Value]], into table: QualifiedName, columns: [String]) async throws(EngineError) -> Int {
        guard !rows.isEmpty else { return 0 }
        let names = columns.map { Identifier($0).quoted }.joined(separator: ", ")
        let places = (1...max(1, columns.count)).map { "?\($0)" }.joined(separator: ", ")
        let insert =
            columns.isEmpty
            ? "INSERT INTO \(table.quoted) DEFAULT VALUES" : "INSERT INTO \(table.quoted) (\(names)) VALUES (\(places))"
        return try await session.perform(statement: insert) { (database) throws(EngineError) in
            try database.atomically(writes: true) { () throws(EngineError) in
                try database.insert(rows, text: insert)
                return rows.count
            }
        }
    }

    func explain(_ statement: BoundStatement, analyze: Bool) async throws(EngineError) -> Plan {
        try await session.perform(statement: statement.statement.text) { (database) throws(EngineError) in
            try PlanReader(session: database).plan(statement, analyze: analyze)
        }
    }

    func catalog() async throws(EngineError) -> Catalog {
        let path = path
        return try await session.perform(statement: nil) { (database) throws(EngineError) in
            // One snapshot, so that a change of the schema by somebody else cannot come in between.
            try database.atomically(writes: false) { () throws(EngineError) in
                try CatalogReader(session: database, path: path).read()
            }
        }
    }

    func statementStatistics(limit: Int) async throws(EngineError) -> StatementStatisticsReport {
        .unavailable(
            reason: "SQLite keeps no statistics of its statements; capture them in the application that runs them."
        )
    }

    func close() async {
        await session.close()
    }
}
