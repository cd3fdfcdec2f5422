import MartletCore

/// Fails unless the condition holds.
func expect(_ condition: Bool, _ expectation: @autoclosure () -> String) throws {
    if !condition { throw ConformanceFailure(expectation()) }
}

/// Fails unless both are equal.
func expectEqual<T: Equatable>(_ actual: T, _ expected: T, _ what: @autoclosure () -> String) throws {
    if actual != expected { throw ConformanceFailure("\(what()): expected \(expected), got \(actual)") }
}

/// Fails unless the body fails with this code; returns the error.
@discardableResult
func expectError<Success>(
    _ code: EngineError.Code,
    _ what: String,
    _ body: () async throws -> Success
) async throws -> EngineError {
    do {
        let success = try await body()
        throw ConformanceFailure("\(what): expected the error “\(code)”, but it went well with \(success)")
    } catch let error as EngineError {
        if error.code == code { return error }
        throw ConformanceFailure("\(what): expected the error “\(code)”, got \(error.debugDescription)")
    }
}

/// An error that is no engine's.
struct BodyError: Error, Equatable {}

extension Engine {
    /// Lends a connection that may write and fresh tables, which are dropped afterwards however the body ends.
    ///
    /// `tables` are their names, the referring ones last, and `columns` their definitions.
    @discardableResult
    func withTables<Success: Sendable>(
        _ tables: (name: Identifier, columns: String)...,
        body: (any Connection) async throws -> Success
    ) async throws -> Success {
        try await withConnection(.readWrite) { connection in
            for table in tables.reversed() { try await connection.run("DROP TABLE IF EXISTS \(table.name)") }
            for table in tables { try await connection.run("CREATE TABLE \(table.name) (\(unsafeSQL: table.columns))") }
            let result: Result<Success, any Error>
            do { result = .success(try await body(connection)) } catch { result = .failure(error) }
            // A body that fails may leave a transaction open, or have been cancelled: a connection of its own drops.
            let dropped = Task {
                _ = try? await connection.run("ROLLBACK")
                for table in tables.reversed() { _ = try? await connection.run("DROP TABLE IF EXISTS \(table.name)") }
            }
            await dropped.value
            return try result.get()
        }
    }
}

extension Connection {
    /// The number in the first cell.
    func number(_ statement: BoundStatement) async throws -> Int {
        let rows = try await run(statement)
        guard let row = rows.first else { throw ConformanceFailure("\(statement.statement) returned no row") }
        return try row.decode(Int.self, at: 0)
    }

    /// Rows of a table.
    func count(_ table: Identifier) async throws -> Int {
        try await number("SELECT count(*) FROM \(table)")
    }
}
