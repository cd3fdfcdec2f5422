import MartletCore

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
