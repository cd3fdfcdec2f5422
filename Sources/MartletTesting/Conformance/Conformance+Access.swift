import MartletCore

extension Conformance {
    /// A connection that may only read cannot be talked into writing.
    static let accessCases: [ConformanceCase] = [
        ConformanceCase("refuses every write on a read-only connection", run: refusesWrites)
    ]

    private static func refusesWrites(_ engine: any Engine) async throws {
        let table: Identifier = "conformance_access"
        try await engine.withTables((table, "id bigint PRIMARY KEY")) { connection in
            try await connection.run("INSERT INTO \(table) (id) VALUES (1)")
            try await engine.withConnection(.readOnly) { reader in
                let writes: [BoundStatement] = [
                    "INSERT INTO \(table) (id) VALUES (2)", "UPDATE \(table) SET id = 3", "DELETE FROM \(table)",
                    "DROP TABLE \(table)", "CREATE TABLE conformance_access_other (id bigint)",
                ]
                for write in writes {
                    try await expectError(.readOnly, write.statement.text) { try await reader.run(write) }
                }
                try await expectError(.readOnly, "a pipeline that writes") {
                    try await reader.runPipelined(["SELECT 1", writes[0]])
                }
                try await expectError(.readOnly, "loading") {
                    try await reader.load(
                        [[.integer(2)]],
                        into: QualifiedName(schema: engine.differences.schema, name: table.name),
                        columns: ["id"]
                    )
                }
                try expectEqual(try await reader.count(table), 1, "rows")
            }
        }
    }
}
