import MartletCore

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
