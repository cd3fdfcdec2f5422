import MartletCore
import MartletLoad
import MartletSQLite
import MartletTesting
import Testing

@Suite struct ScenarioTests {
    @Test(
        "numbers names, each value once, and leaves strings, comments, casts and slices alone",
        arguments: [
            ("SELECT :a, :b, :a", "SELECT $1, $2, $1", ["a", "b"]),
            ("SELECT ':a' || :a::text -- :b", "SELECT ':a' || $1::text -- :b", ["a"]),
            ("SELECT xs[1:2], \":a\" FROM t WHERE id=:id", "SELECT xs[1:2], \":a\" FROM t WHERE id=$1", ["id"]),
            ("SELECT 1", "SELECT 1", []),
        ]
    )
    func names(_ text: String, _ numbered: String, _ names: [String]) {
        let template = StatementTemplate(text, dialect: .postgres)
        #expect(template.statement.text == numbered)
        #expect(template.names == names)
    }

    @Test("runs its statements with one value for each name, in a transaction or not", arguments: [true, false])
    func running(_ isTransaction: Bool) async throws {
        let database = try await TemporaryDatabase(script: "CREATE TABLE t (a INTEGER, b INTEGER)")
        let operation = ScenarioOperation(
            name: "it",
            statements: ["INSERT INTO t VALUES (:x, :x)", "UPDATE t SET b = b + :x WHERE a = :x"],
            parameters: ["x": ParameterSource(.integers(1...1_000_000))],
            isTransaction: isTransaction,
            writes: true
        )
        let settings = LoadSettings(connections: 1, length: .runsPerConnection(20), seed: 9)
        let result = try await LoadRunner([operation.operation(.sqlite)], settings: settings)
            .run(on: database.engine, access: .readWrite)
        #expect(result.completed == 20)
        let rows = try await database.engine.withConnection(.readOnly) { try await $0.run("SELECT a, b FROM t") }
        #expect(rows.count == 20)
        for row in rows {
            let a = try row.decode(Int.self, "a")
            #expect(try row.decode(Int.self, "b") == 2 * a)
        }
    }

    @Test("says which names no parameter has")
    func unknown() {
        let operation = ScenarioOperation(
            name: "it",
            statements: ["SELECT :a, :b"],
            parameters: ["a": .init(.list([1]))]
        )
        #expect(operation.unknownNames(.sqlite) == ["b"])
    }
}
