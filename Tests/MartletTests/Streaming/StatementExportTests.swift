import Foundation
import Martlet
import MartletCore
import MartletTesting
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

    @Test(
        "take no more memory for 30 times the rows",
        arguments: [
            (.sqlite, .jsonLines), (.postgres, .jsonLines), (.postgres, .copy(.text)),
        ] as [(Dialect, ExportFormat)]
    )
    func flatMemory(_ dialect: Dialect, _ format: ExportFormat) async throws {
        try await PagingDatabase(dialect)
            .withConnection { connection in
                _ = try await exported(10_000, as: format, on: connection)
                let before = try residentBytes()
                let summary = try await exported(300_000, as: format, on: connection)
                let grown = try residentBytes() - before
                #expect(summary.rows == 300_000)
                // The rows take 27 MB or more as text.
                #expect(summary.bytes > 25_000_000)
                #expect(grown < 8_000_000, "\(grown) bytes more")
            }
    }

    private func exported(
        _ rows: Int,
        as format: ExportFormat,
        on connection: any Connection
    ) async throws -> ExportSummary {
        try await StatementExport(
            """
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(rows))
            SELECT i, 'a text of some length, so that a row is like one of a table of contacts' AS t, i * 2 AS k FROM n
            """,
            as: format
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

    @Test("by COPY are what PostgreSQL writes, with values bound, through a pool too")
    func copy() async throws {
        let engine = try await PrivatePostgres.temporaryDatabase()
        let recorder = TraceRecorder()
        let pool = Pool(RecordingEngine(engine, recorder: recorder), PoolConfiguration(max: 1))
        let owner: Int64 = 7
        let statement: BoundStatement = "SELECT i, 'a b' AS t FROM generate_series(1, 3) i WHERE i < \(owner)"
        var text: [UInt8] = []
        let summary = try await recorder.withTrace("export") {
            try await pool.withConnection { connection in
                try await StatementExport(statement, as: .copy(.csv())).write(on: connection) { text += $0 }
            }
        }
        await pool.shutdown()
        #expect(String(decoding: text, as: UTF8.self) == "i,t\n1,a b\n2,a b\n3,a b\n")
        #expect(summary.rows == 3 && summary.bytes == text.count)
        let execution = try #require(recorder.traces.first?.executions.first)
        #expect(execution.rows == 3 && execution.bytes == text.count)
        #expect(execution.statement == statement.statement.text)
    }

    @Test("by COPY read back what was written by COPY", arguments: [CopyFormat.text, .csv(header: true), .binary])
    func copyRoundTrip(format: CopyFormat) async throws {
        try await PagingDatabase(.postgres)
            .withConnection { connection in
                try await connection.runScript(
                    """
                    CREATE TABLE t (id bigint, v text, at timestamptz, b bytea);
                    INSERT INTO t
                    SELECT i, CASE i % 3 WHEN 0 THEN NULL WHEN 1 THEN E'a"b,\\tc\\n\\\\' ELSE '' END, now(), '\\x00ff'
                    FROM generate_series(1, 1000) i
                    """
                )
                let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).copy")
                _ = FileManager.default.createFile(atPath: file.path, contents: nil)
                defer { try? FileManager.default.removeItem(at: file) }
                try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file.path)
                let handle = try FileHandle(forWritingTo: file)
                try await StatementExport("SELECT * FROM t", as: .copy(format))
                    .write(on: connection) { try handle.write(contentsOf: $0) }
                try handle.close()
                let options =
                    format == .binary ? "FORMAT binary" : format == .text ? "FORMAT text" : "FORMAT csv, HEADER"
                try await connection.runScript(
                    """
                    CREATE TABLE back (LIKE t);
                    COPY back FROM '\(file.path)' WITH (\(options));
                    """
                )
                let differing = try await connection.run("SELECT count(*) FROM (TABLE t EXCEPT ALL TABLE back) d")
                let count = try await connection.run("SELECT count(*) FROM back")
                #expect(try differing[0].decode(Int.self, at: 0) == 0)
                #expect(try count[0].decode(Int.self, at: 0) == 1_000)
            }
    }
}
