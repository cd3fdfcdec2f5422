import Foundation
import Martlet
import MartletCore
import Synchronization
import Testing

@Suite("Exports")
struct StatementExportTests {
    private func text(
        _ statement: BoundStatement,
        _ format: ExportFormat,
        on connection: any Connection
    ) async throws -> String {
        var bytes: [UInt8] = []
        let summary = try await StatementExport(statement, as: format, batchRows: 2)
            .write(on: connection) { bytes += $0 }
        #expect(summary.bytes == bytes.count)
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test("write each type of PostgreSQL so that it can be read back")
    func postgresValues() async throws {
        try await PagingDatabase(.postgres)
            .withConnection { connection in
                let statement: BoundStatement = """
                    SELECT 1::bigint AS i, true AS b, 12.50::numeric AS n, 'NaN'::numeric AS nan, 0.1::float8 AS d,
                        'a "b", c' AS t, '' AS e, NULL::text AS z, '\\x00ff'::bytea AS y, '2026-01-02'::date AS day,
                        '2026-01-02 03:04:05.000006+00'::timestamptz AS at, '{"k":\n 1}'::json AS j,
                        ARRAY['x','a,b',NULL] AS l
                    """
                let commas = try await text(statement, .csv(), on: connection)
                #expect(
                    commas
                        == """
                        i,b,n,nan,d,t,e,z,y,day,at,j,l
                        1,t,12.50,NaN,0.1,"a ""b"", c","",,\\x00ff,2026-01-02,2026-01-02 03:04:05.000006+00\
                        ,"{""k"":\n 1}","{""x"",""a,b"",NULL}"

                        """
                )
                let lines = try await text(statement, .jsonLines, on: connection)
                #expect(
                    lines == #"""
                        {"i":1,"b":true,"n":12.50,"nan":"NaN","d":0.1,"t":"a \"b\", c","e":"","z":null,"y":"\\x00ff",\#
                        "day":"2026-01-02","at":"2026-01-02T03:04:05.000006Z","j":{"k":  1},"l":["x","a,b",null]}

                        """#
                )
            }
    }

    @Test("write any text so that a reader of JSON has it back, one line for each row", arguments: Dialect.allCases)
    func anyText(_ dialect: Dialect) async throws {
        let texts = ["", "\u{1}\u{1f}\t\r\n", "\"\\/", "🐦ż\u{2028}", "{}", "null"]
        try await PagingDatabase(dialect)
            .withConnection { connection in
                try await connection.runScript("CREATE TABLE t (id bigint PRIMARY KEY, v text)")
                for (id, text) in texts.enumerated() {
                    try await connection.run("INSERT INTO t VALUES (\(id), \(text))")
                }
                let lines = try await text("SELECT v FROM t ORDER BY id", .jsonLines, on: connection)
                    .split(separator: "\n")
                let back = try lines.map { try JSONDecoder().decode([String: String].self, from: Data($0.utf8)) }
                #expect(back.map { $0["v"] } == texts)
            }
    }

    @Test("take no more memory for 30 times the rows", arguments: Dialect.allCases)
    func flatMemory(_ dialect: Dialect) async throws {
        try await PagingDatabase(dialect)
            .withConnection { connection in
                _ = try await exported(10_000, on: connection)
                let before = try residentBytes()
                let summary = try await exported(300_000, on: connection)
                let grown = try residentBytes() - before
                #expect(summary.rows == 300_000)
                // The rows take 36 MB as text.
                #expect(summary.bytes > 30_000_000)
                #expect(grown < 8_000_000, "\(grown) bytes more")
            }
    }

    private func exported(_ rows: Int, on connection: any Connection) async throws -> ExportSummary {
        try await StatementExport(
            """
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(rows))
            SELECT i, 'a text of some length, so that a row is like one of a table of contacts' AS t, i * 2 AS k FROM n
            """,
            as: .jsonLines
        )
        .write(on: connection) { _ in }
    }

    private func residentBytes() throws -> Int {
        let fields = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")
        return try #require(Int(fields[1])) * Int(sysconf(Int32(_SC_PAGESIZE)))
    }

    @Test(
        "end when their task is cancelled or their reader throws; the connection stays usable",
        arguments: Dialect.allCases
    )
    func cancelled(_ dialect: Dialect) async throws {
        struct ReaderLeft: Error {}
        let endless: BoundStatement =
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n"
        try await PagingDatabase(dialect)
            .withConnection { connection in
                await #expect(throws: ReaderLeft.self) {
                    try await StatementExport(endless, as: .csv()).write(on: connection) { _ in throw ReaderLeft() }
                }
                let task = Task {
                    try await StatementExport(endless, as: .csv())
                        .write(on: connection) { _ in withUnsafeCurrentTask { $0?.cancel() } }
                }
                let error = await #expect(throws: EngineError.self) { try await task.value }
                #expect(error?.code == .cancelled)
                let after = try await connection.run("SELECT 1")
                #expect(after.count == 1)
            }
    }
}
