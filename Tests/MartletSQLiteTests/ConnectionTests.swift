import Foundation
import MartletCore
import MartletSQLite
import MartletTesting
import Testing

@Suite struct ConnectionTests {
    @Test("what one connection commits, another one reads")
    func commits() async throws {
        let file = try await TemporaryDatabase(script: "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT)")
        try await file.engine.withConnection(.readWrite) { connection in
            let inserted = try await connection.run(
                "INSERT INTO t (id, name) VALUES (\(1), \("Ada")), (\(2), \("Bob"))"
            )
            #expect(inserted.affectedRows == 2)
        }
        let names = try await file.engine.withConnection(.readOnly) { connection in
            try await connection.run("SELECT name FROM t ORDER BY id").map { try $0.decode(String.self, at: 0) }
        }
        #expect(names == ["Ada", "Bob"])
    }
    @Test("a statement that runs into its deadline ends, and the connection goes on")
    func deadline() async throws {
        let file = try TemporaryDatabase()
        try await file.engine.withConnection(.readWrite) { connection in
            let clock = ContinuousClock()
            let start = clock.now
            let error = await #expect(throws: EngineError.self) {
                try await connection.run(
                    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n",
                    timeout: .milliseconds(50)
                )
            }
            #expect(error?.code == .deadlineExceeded)
            #expect(clock.now - start < .seconds(1))
            let one = try await connection.run("SELECT 1")
            #expect(one[0][0] == .integer(1))
        }
    }
}
