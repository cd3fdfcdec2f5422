import Foundation
import MartletCore
import MartletSQLite
import MartletTesting
import Testing

@Suite("Opening a file")
struct OpeningTests {
    @Test("says in one sentence why a path cannot be opened", arguments: UnusablePath.all)
    func unusable(_ path: UnusablePath) async throws {
        let file = try TemporaryDatabase()
        let engine = SQLiteEngine(path: try path.make(file.folder))
        let error = await #expect(throws: EngineError.self) { try await engine.connect(path.access) }
        #expect(error?.code == path.code)
        #expect(error?.message.contains(path.says) == true, "\(error?.message ?? "no error")")
        #expect(error?.message.contains("\n") == false)
    }

    @Test("creates a file only when told to, and nothing else", arguments: [true, false])
    func creates(isWanted: Bool) async throws {
        let file = try TemporaryDatabase()
        let engine = SQLiteEngine(path: file.path, createIfMissing: isWanted)
        await #expect(throws: EngineError.self) { try await engine.connect(.readOnly) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: file.folder.path).isEmpty)
        let connection = try? await engine.connect(.readWrite)
        #expect((connection != nil) == isWanted)
        await connection?.close()
        #expect(FileManager.default.fileExists(atPath: file.path) == isWanted)
    }

    @Test("says that the folder for a new file is missing")
    func missingFolder() async throws {
        let file = try TemporaryDatabase()
        let engine = SQLiteEngine(path: file.folder.path + "/no/where.db", createIfMissing: true)
        let error = await #expect(throws: EngineError.self) { try await engine.connect(.readWrite) }
        #expect(error?.code == .noSuchFile)
        #expect(error?.message.contains("no folder") == true)
    }

    @Test("never changes a file that is only read", arguments: ["DELETE", "WAL"])
    func readsOnly(journal: String) async throws {
        let file = try await TemporaryDatabase(script: "PRAGMA journal_mode = \(journal); CREATE TABLE t (id INTEGER)")
        let url = URL(fileURLWithPath: file.path)
        let before = try Data(contentsOf: url)
        try await SQLiteEngine(path: file.path, createIfMissing: true, journal: .writeAheadLog)
            .withConnection(.readOnly) { connection in
                _ = try await connection.catalog()
                _ = try await connection.run("SELECT * FROM t")
                _ = try await connection.explain("SELECT * FROM t", analyze: true)
                let error = await #expect(throws: EngineError.self) {
                    try await connection.run("CREATE TEMP TABLE mine (id INTEGER)")
                }
                #expect(error?.code == .readOnly)
            }
        #expect(try Data(contentsOf: url) == before)
    }

    @Test("keeps the journal mode that a file has, and gives a new one a write-ahead log")
    func keepsJournal() async throws {
        let file = try TemporaryDatabase()
        let new = SQLiteEngine(path: file.path, createIfMissing: true)
        let made = try await new.withConnection(.readWrite) { connection in
            let rows = try await connection.run("PRAGMA journal_mode")
            _ = try await connection.run("PRAGMA journal_mode = DELETE")
            return try rows[0].decode(String.self, at: 0)
        }
        #expect(made == "wal")
        let kept = try await new.withConnection(.readWrite) { try await $0.run("PRAGMA journal_mode")[0][0] }
        #expect(kept == "delete")
        let asked = try await SQLiteEngine(path: file.path, journal: .writeAheadLog)
            .withConnection(.readWrite) {
                try await $0.run("PRAGMA journal_mode")[0][0]
            }
        #expect(asked == "wal")
    }

    @Test("opens an empty file as an empty database")
    func emptyFile() async throws {
        let file = try TemporaryDatabase()
        try Data().write(to: URL(fileURLWithPath: file.path))
        let catalog = try await SQLiteEngine(path: file.path).withConnection(.readOnly) { try await $0.catalog() }
        #expect(catalog.tables.isEmpty)
        #expect(catalog.sizeBytes == 0)
    }

    @Test("tells a damaged file from a sound one")
    func damaged() async throws {
        let script =
            "CREATE TABLE t (v TEXT); INSERT INTO t VALUES (hex(zeroblob(50000))); PRAGMA journal_mode = DELETE"
        let file = try await TemporaryDatabase(script: script)
        let handle = try FileHandle(forUpdating: URL(fileURLWithPath: file.path))
        try handle.seek(toOffset: 4096)
        try handle.write(contentsOf: Data(repeating: 0xFF, count: 4096))
        try handle.close()
        try await SQLiteEngine(path: file.path)
            .withConnection(.readOnly) { connection in
                let error = await #expect(throws: EngineError.self) { try await connection.run("SELECT * FROM t") }
                #expect(error?.code == .corrupt)
            }
    }

    @Test("says that no room is left, and nothing was changed")
    func full() async throws {
        let file = try await TemporaryDatabase(script: "CREATE TABLE t (v TEXT)")
        try await file.engine.withConnection(.readWrite) { connection in
            // A limit on pages fails in the same way as a full disk.
            _ = try await connection.run("PRAGMA max_page_count = 10")
            let error = await #expect(throws: EngineError.self) {
                try await connection.run("INSERT INTO t VALUES (hex(zeroblob(100000)))")
            }
            #expect(error?.code == .diskFull)
            #expect(error?.driverCode == "SQLITE_FULL (13)")
            let count = try await connection.run("SELECT count(*) FROM t")
            #expect(count[0][0] == 0)
        }
    }
}

/// A path that cannot be opened, and how to make it.
struct UnusablePath: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let code: EngineError.Code
    let says: String
    var access = Access.readOnly
    let make: @Sendable (URL) throws -> String

    static let all: [UnusablePath] = [
        UnusablePath(testDescription: "no file", code: .noSuchFile, says: "There is no file") {
            $0.path + "/missing.db"
        },
        UnusablePath(testDescription: "no file, for writing", code: .noSuchFile, says: "no file", access: .readWrite) {
            $0.path + "/missing.db"
        },
        UnusablePath(testDescription: "no name", code: .noSuchFile, says: "check the path") { _ in "" },
        UnusablePath(testDescription: "a directory", code: .notADatabase, says: "is a directory") { $0.path },
        UnusablePath(testDescription: "a text", code: .notADatabase, says: "not an SQLite database") { folder in
            let path = folder.path + "/notes.txt"
            try String(repeating: "This is no database. ", count: 100)
                .write(toFile: path, atomically: true, encoding: .utf8)
            return path
        },
        UnusablePath(testDescription: "a pipe", code: .notADatabase, says: "no regular file") { folder in
            let path = folder.path + "/pipe"
            try #require(mkfifo(path, 0o600) == 0)
            return path
        },
        UnusablePath(testDescription: "a device", code: .notADatabase, says: "no regular file") { _ in "/dev/zero" },
        UnusablePath(testDescription: "a link to nothing", code: .noSuchFile, says: "There is no file") { folder in
            let path = folder.path + "/link.db"
            try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: folder.path + "/gone.db")
            return path
        },
    ]
}
