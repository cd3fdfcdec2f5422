import Foundation
import Glibc
import MartletTesting
import Testing

@Suite("A private PostgreSQL")
struct PrivatePostgresTests {
    @Test("answers, and is gone with its process and its folder after stop")
    func stops() async throws {
        let server = try await PrivatePostgres.start()
        #expect(try await server.query("SELECT 1 + 1") == "2")
        let processID = try postmaster(of: server)
        #expect(kill(processID, 0) == 0)
        await server.stop()
        #expect(kill(processID, 0) == -1)
        #expect(!FileManager.default.fileExists(atPath: server.folder))
        await #expect(throws: PrivatePostgresError.self) { try await server.query("SELECT 1") }
        await server.stop()
    }

    @Test("is gone soon after the process that owns it is killed")
    func ownerKilled() async throws {
        let result = try await #require(
            processExitsWith: .signal(SIGKILL),
            observing: [\.standardOutputContent]
        ) {
            let server = try await PrivatePostgres.start()
            // A child that outlives its parent must not keep the server alive.
            let child = Process()
            child.executableURL = URL(filePath: "/bin/sleep")
            child.arguments = ["20"]
            child.standardOutput = FileHandle.nullDevice
            try child.run()
            let processID = try postmaster(of: server)
            print("<\(server.folder) \(processID) \(child.processIdentifier)>")
            fflush(nil)
            kill(getpid(), SIGKILL)
        }
        let output = String(decoding: result.standardOutputContent, as: UTF8.self)
        let words = try #require(output.firstMatch(of: /<([^ ]+) ([0-9]+) ([0-9]+)>/))
        let processID = try #require(pid_t(words.2))
        let child = try #require(pid_t(words.3))
        for _ in 0..<3_000 where FileManager.default.fileExists(atPath: String(words.1)) {
            try await Task.sleep(for: .milliseconds(10))
        }
        #expect(!FileManager.default.fileExists(atPath: String(words.1)))
        #expect(kill(processID, 0) == -1)
        #expect(kill(child, SIGKILL) == 0, "the child should have outlived its parent")
    }

    @Test("is gone soon after the last reference to it")
    func released() async throws {
        var server: PrivatePostgres? = try await PrivatePostgres.start()
        let folder = try #require(server?.folder)
        server = nil
        for _ in 0..<3_000 where FileManager.default.fileExists(atPath: folder) {
            try await Task.sleep(for: .milliseconds(10))
        }
        #expect(!FileManager.default.fileExists(atPath: folder))
    }

    @Test("stands beside another, each with its own databases")
    func twoAtOnce() async throws {
        async let first = PrivatePostgres.start()
        async let second = PrivatePostgres.start()
        let servers = try await [first, second]
        try await servers[0].createDatabase(named: "only \"here\"'s")
        let names = "SELECT count(*) FROM pg_database WHERE datname = 'only \"here\"''s'"
        #expect(try await servers[0].query(names) == "1")
        #expect(try await servers[1].query(names) == "0")
        #expect(
            try await servers[0].query("SELECT current_database()", database: "only \"here\"'s") == "only \"here\"'s"
        )
        for server in servers { await server.stop() }
    }

    @Test("has its extensions in every database, and its options in force")
    func extensionsAndOptions() async throws {
        let server = try await PrivatePostgres.start(
            PrivatePostgres.Options(walLevel: .logical, autovacuum: false, settings: ["work_mem": "1234kB"])
        )
        try await server.createDatabase(named: "d")
        #expect(try await server.query("SELECT count(*) > 0 FROM pg_stat_statements", database: "d") == "t")
        let settings = """
            SELECT string_agg(setting, ',' ORDER BY name) FROM pg_settings WHERE name IN
            ('auto_explain.log_format', 'autovacuum', 'fsync', 'max_connections', 'track_io_timing', 'wal_level',
             'work_mem')
            """
        #expect(try await server.query(settings) == "text,off,off,100,on,logical,1234")
        #expect(try await server.query("SELECT rolsuper FROM pg_roles WHERE rolname = current_user") == "t")
        await server.stop()
    }

    @Test("keeps what was committed when it is killed and started again")
    func crashes() async throws {
        let server = try await PrivatePostgres.start()
        _ = try await server.query("CREATE TABLE kept AS SELECT 42 AS value")
        let before = try postmaster(of: server)
        try await server.crash()
        #expect(kill(before, 0) == -1)
        await #expect(throws: PrivatePostgresError.self) { try await server.query("SELECT 1") }
        try await server.restart()
        #expect(try await server.query("SELECT value FROM kept") == "42")
        #expect(try postmaster(of: server) != before)
        await server.stop()
    }

    @Test("has a replica that follows it and refuses writes")
    func replica() async throws {
        let server = try await PrivatePostgres.start(PrivatePostgres.Options(replica: true))
        _ = try await server.query("CREATE TABLE followed AS SELECT generate_series(1, 1000) AS id")
        try await server.waitForReplica()
        #expect(try await server.query("SELECT count(*) FROM followed", on: .replica) == "1000")
        #expect(try await server.query("SELECT pg_is_in_recovery()", on: .replica) == "t")
        await #expect(throws: PrivatePostgresError.self) {
            try await server.query("INSERT INTO followed VALUES (0)", on: .replica)
        }
        await server.stop()
        #expect(!FileManager.default.fileExists(atPath: server.folder))
    }

    @Test("says what failed: a folder that is not there, a setting that is none")
    func failures() async throws {
        let nowhere = PrivatePostgres.Options(parentFolder: "/does/not/exist")
        let folder = await #expect(throws: PrivatePostgresError.self) { try await PrivatePostgres.start(nowhere) }
        #expect(folder?.code == .setupFailed)
        let nonsense = PrivatePostgres.Options(settings: ["max_connections": "none"])
        let setting = await #expect(throws: PrivatePostgresError.self) { try await PrivatePostgres.start(nonsense) }
        #expect(setting?.code == .serverFailed)
        #expect(setting?.description.contains("max_connections") == true)
    }
}

private func postmaster(of server: PrivatePostgres) throws -> pid_t {
    let lines = try String(contentsOfFile: server.folder + "/primary/postmaster.pid", encoding: .utf8)
    return try #require(lines.split(separator: "\n").first.flatMap { pid_t($0) })
}
