package import Foundation
internal import MartletCore
package import MartletSQLite

/// A throw-away SQLite file in a folder of its own, gone with the last reference to it.
package final class TemporaryDatabase: Sendable {
    /// The folder, which belongs to this database alone.
    package let folder: URL
    /// The file; it exists once a connection has written to it.
    package let path: String
    /// Opens it, creates it at first, and keeps a write-ahead log.
    package let engine: SQLiteEngine

    /// Makes the folder.
    package init(name: String = "test.sqlite") throws {
        folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("martlet-\(UUID().uuidString.lowercased())", isDirectory: true)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        path = folder.appendingPathComponent(name).path
        engine = SQLiteEngine(path: path, createIfMissing: true, journal: .writeAheadLog)
    }

    /// Makes the folder and runs a script that fills the file.
    package convenience init(name: String = "test.sqlite", script: String) async throws {
        try self.init(name: name)
        try await engine.withConnection(.readWrite) { try await $0.runScript(script) }
    }

    deinit {
        // The folder takes the file, its -wal and its -shm along. What cannot be removed, the system's cleaning will.
        try? FileManager.default.removeItem(at: folder)
    }
}
