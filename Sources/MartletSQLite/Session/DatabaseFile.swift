internal import Foundation
internal import GRDB
internal import MartletCore

/// An SQLite file, and how it is opened.
struct DatabaseFile: Sendable {
    let path: String
    let createIfMissing: Bool
    let journal: SQLiteEngine.Journal

    /// Opens a connection of its own.
    ///
    /// Blocks.
    func open(_ access: Access, waiting busyWait: BusyWait) throws(EngineError) -> DatabaseQueue {
        let isNew = try check(access)
        let usesWriteAheadLog = access == .readWrite && (isNew || journal == .writeAheadLog)
        var configuration = Configuration()
        configuration.label = "martlet"
        configuration.readonly = access == .readOnly
        configuration.busyMode = busyWait.mode
        configuration.allowsUnsafeTransactions = true
        // The statements are the user's own, written for SQLite's own default.
        configuration.acceptsDoubleQuotedStringLiterals = true
        configuration.prepareDatabase { database in
            if access == .readOnly { try database.execute(sql: "PRAGMA query_only = 1") }
            if usesWriteAheadLog {
                // NORMAL cannot damage a database in this mode: https://www.sqlite.org/pragma.html#pragma_synchronous
                try database.execute(sql: "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL")
            }
        }
        do {
            return try DatabaseQueue(path: path, configuration: configuration)
        } catch {
            throw explain(EngineError(error, statement: nil))
        }
    }

    /// Says what is wrong with the path before SQLite says it in one word.
    ///
    /// Returns whether the file is to be created.
    private func check(_ access: Access) throws(EngineError) -> Bool {
        let files = FileManager.default
        let target = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        var isDirectory: ObjCBool = false
        guard !path.isEmpty, files.fileExists(atPath: target, isDirectory: &isDirectory) else {
            guard createIfMissing, access == .readWrite, !path.isEmpty else {
                throw EngineError(.noSuchFile, "There is no file \(path.quotedForPeople); check the path.")
            }
            let folder = URL(fileURLWithPath: target).deletingLastPathComponent().path
            guard files.fileExists(atPath: folder) else {
                throw EngineError(
                    .noSuchFile,
                    "There is no folder \(folder.quotedForPeople) to create the database in; create it first."
                )
            }
            return true
        }
        if isDirectory.boolValue {
            throw EngineError(
                .notADatabase,
                "\(path.quotedForPeople) is a directory; give the path of the database file in it."
            )
        }
        // Opening a pipe would wait for ever for somebody to write into it.
        let type = try? files.attributesOfItem(atPath: target)[.type] as? FileAttributeType
        if let type, type != .typeRegular {
            throw EngineError(
                .notADatabase,
                "\(path.quotedForPeople) is no regular file; give the path of an SQLite file."
            )
        }
        guard files.isReadableFile(atPath: target) else {
            throw EngineError(
                .permissionDenied,
                "\(path.quotedForPeople) cannot be read by this user; change its permissions."
            )
        }
        if access == .readWrite, !files.isWritableFile(atPath: target) {
            throw EngineError(
                .readOnly,
                "\(path.quotedForPeople) cannot be written by this user; change its permissions, or read it only."
            )
        }
        return false
    }

    private func explain(_ error: EngineError) -> EngineError {
        let what =
            switch error.code {
            case .notADatabase: "\(path.quotedForPeople) is not an SQLite database, or it is encrypted."
            case .lockTimeout: "\(path.quotedForPeople) is locked by another process; try again when that has finished."
            case .readOnly:
                "\(path.quotedForPeople) lies in a folder that cannot be written, which a database in WAL mode needs "
                    + "even to be read; change the permissions of the folder, or work on a copy."
            default: "\(path.quotedForPeople) could not be opened. \(error.message)"
            }
        return EngineError(error.code, what, driverCode: error.driverCode, cause: error.cause)
    }
}

extension String {
    /// The path between quotation marks, so that spaces at its ends are seen.
    fileprivate var quotedForPeople: String { "“\(self)”" }
}
