import Martlet
import MartletAdvisor
import MartletCore
import MartletTesting
import Testing

@Suite("Rules for traces on what a recorder saw")
struct RecordedTraceTests {
    static let script = """
        CREATE TABLE users (id INTEGER PRIMARY KEY, uploads INTEGER NOT NULL);
        CREATE TABLE files (id INTEGER PRIMARY KEY, user_id INTEGER, name TEXT);
        WITH RECURSIVE n(i) AS (SELECT 1001 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
        INSERT INTO files SELECT i, 7, 'file ' || i FROM n;
        INSERT INTO users VALUES (7, 3);
        """

    /// The identities of what is found in one unit of work, by rule.
    static func found(_ body: (any Connection) async throws -> Void) async throws -> [String: Int] {
        let database = try await TemporaryDatabase(script: script)
        let recorder = TraceRecorder()
        let engine = RecordingEngine(database.engine, recorder: recorder)
        try await engine.withConnection(.readWrite) { connection in
            try await recorder.withTrace("unit of work") { try await body(connection) }
        }
        let catalog = try await database.engine.withConnection(.readOnly) { try await $0.catalog() }
        let findings = RuleSet.traces.findings(in: Observation(catalog: catalog, workload: recorder.workload))
        return findings.reduce(into: [:]) { $0[$1.rule, default: 0] += 1 }
    }

    @Test("an upload that reads, counts and writes back")
    func upload() async throws {
        let user = 7
        let found = try await Self.found { connection in
            let rows = try await connection.run("SELECT * FROM users WHERE id = \(user)")
            let uploads = try rows[0].decode(Int.self, at: 1)
            let files = try await connection.run("SELECT * FROM files WHERE user_id = \(user)")
            #expect(files.count == 1_000)
            try await connection.run("INSERT INTO files (user_id, name) VALUES (\(user), \("a new one"))")
            try await connection.run("SELECT * FROM users WHERE id = \(user)")
            try await connection.run("UPDATE users SET uploads = \(uploads + 1) WHERE id = \(user)")
        }
        #expect(
            found == [
                "unbounded-read": 1, "fetch-to-count": 1, "repeated-read": 1, "read-modify-write": 1,
                "sequential-independent": 1,
            ]
        )
    }

    @Test("the same done well")
    func uploadDoneWell() async throws {
        let user = 7
        let found = try await Self.found { connection in
            try await connection.run("UPDATE users SET uploads = uploads + 1 WHERE id = \(user) AND uploads < \(100)")
            try await connection.run(
                "SELECT count(*) FROM files JOIN users ON users.id = user_id WHERE users.id = \(user)"
            )
        }
        #expect(found.isEmpty)
    }

    @Test("a list and a look-up for each of its rows, and the same in one statement")
    func perRow() async throws {
        let loop = try await Self.found { connection in
            let files = try await connection.run("SELECT id FROM files ORDER BY id LIMIT 20")
            for row in files {
                try await connection.run("SELECT name FROM files WHERE id = \(try row.decode(Int.self, at: 0))")
            }
        }
        #expect(loop == ["statement-per-row": 1])
        let joined = try await Self.found { connection in
            try await connection.run("SELECT id, name FROM files ORDER BY id LIMIT 20")
        }
        #expect(joined.isEmpty)
    }
}
