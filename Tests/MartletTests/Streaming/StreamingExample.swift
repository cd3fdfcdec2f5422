import Foundation
import Martlet
import MartletCore
import MartletSQLite

enum StreamingExample {
    /// Writes the chats of an owner to a file; a chunk is an `ArraySlice<UInt8>`.
    static func export(of owner: Int64, to path: String, on connection: any Connection) async throws -> ExportSummary {
        _ = FileManager.default.createFile(atPath: path, contents: nil)
        let file = try FileHandle(forWritingTo: URL(filePath: path))
        defer { try? file.close() }
        let chats = StatementExport("SELECT id, title FROM chats WHERE owner = \(owner) ORDER BY id", as: .csv())
        return try await chats.write(on: connection) { chunk in
            try file.write(contentsOf: chunk)
        }
    }

    static func run(databasePath: String, filePath: String) async throws -> String {
        let engine = SQLiteEngine(path: databasePath, createIfMissing: true)
        return try await engine.withConnection(.readWrite) { connection in
            try await connection.runScript(
                """
                CREATE TABLE chats (id INTEGER PRIMARY KEY, owner INTEGER NOT NULL, title TEXT);
                INSERT INTO chats VALUES (1, 1, 'a'), (2, 1, 'b, or c'), (3, 2, 'x'), (4, 1, NULL);
                """
            )
            let summary = try await export(of: 1, to: filePath, on: connection)
            return "\(summary.rows) rows, \(summary.bytes) bytes"
        }
    }
}
