internal import GRDB
internal import MartletCore

extension EngineError {
    /// Says what an error of GRDB or SQLite means.
    init(_ error: any Error, statement: String?) {
        switch error {
        case let error as EngineError: self = error
        case let error as DatabaseError: self.init(error, statement: statement)
        case is CancellationError: self = Interruption.cancelled.error(statement: statement)
        default:
            self.init(.other, "The application refused the change: \(error).", statement: statement, cause: error)
        }
    }

    private init(_ error: DatabaseError, statement: String?) {
        let message = error.message ?? "SQLite gave no message"
        let code = Code(error.extendedResultCode, message: message)
        // GRDB's own message names methods that callers of an engine do not have.
        let isSeveral = message.hasPrefix("Multiple statements")
        let said = isSeveral ? "the text holds several statements, and each is run by itself" : message
        self.init(
            code,
            "SQLite refused: \(said).\((code.advice ?? error.extendedResultCode.advice).map { " " + $0 } ?? "")",
            driverCode: "\(error.extendedResultCode.name) (\(error.extendedResultCode.rawValue))",
            statement: statement,
            cause: error
        )
    }
}

extension EngineError.Code {
    /// Gives each result code its meaning.
    ///
    /// https://www.sqlite.org/rescode.html (3.40.1)
    fileprivate init(_ code: ResultCode, message: String) {
        switch code {
        case .SQLITE_CONSTRAINT_UNIQUE, .SQLITE_CONSTRAINT_PRIMARYKEY, .SQLITE_CONSTRAINT_ROWID: self = .uniqueViolation
        case .SQLITE_CONSTRAINT_FOREIGNKEY: self = .foreignKeyViolation
        case .SQLITE_CONSTRAINT_CHECK: self = .checkViolation
        case .SQLITE_CONSTRAINT_NOTNULL: self = .notNullViolation
        case .SQLITE_CONSTRAINT_DATATYPE: self = .invalidValue
        case .SQLITE_BUSY_SNAPSHOT: self = .serializationFailure
        case .SQLITE_ABORT_ROLLBACK: self = .transactionAborted
        default:
            switch code.primaryResultCode {
            case .SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_PROTOCOL: self = .lockTimeout
            case .SQLITE_READONLY: self = .readOnly
            case .SQLITE_FULL: self = .diskFull
            case .SQLITE_NOTADB, .SQLITE_FORMAT: self = .notADatabase
            case .SQLITE_CORRUPT: self = .corrupt
            case .SQLITE_CANTOPEN: self = .unreachable
            case .SQLITE_INTERRUPT: self = .cancelled
            case .SQLITE_NOMEM: self = .resourcesExhausted
            case .SQLITE_PERM, .SQLITE_AUTH: self = .permissionDenied
            case .SQLITE_MISMATCH, .SQLITE_TOOBIG: self = .invalidValue
            case .SQLITE_RANGE: self = .invalidBinding
            case .SQLITE_ERROR, .SQLITE_MISUSE: self = Self.classify(message)
            default: self = .other
            }
        }
    }

    /// SQLite has one code, SQLITE_ERROR, for all mistakes in a statement: only its words tell them apart.
    private static func classify(_ message: String) -> Self {
        func says(_ words: String...) -> Bool {
            words.contains { message.contains($0) }
        }
        if says("syntax error", "incomplete input", "unrecognized token", "Multiple statements", "empty statement") {
            return .syntaxError
        }
        if says("no such", "has no column named", "unknown database", "unknown column") { return .undefinedObject }
        if says("already exists", "already a table named", "already another table", "duplicate column name") {
            return .duplicateObject
        }
        if says("too many SQL variables", "variable number must be") { return .invalidBinding }
        if says("malformed JSON", "integer overflow", "JSON path error") { return .invalidValue }
        if says("transaction within a transaction") { return .unsupported }
        if says("onnection is closed") { return .connectionLost }
        return .other
    }

    /// What to do next, where the code alone tells.
    fileprivate var advice: String? {
        switch self {
        case .lockTimeout: "Another connection holds the lock; try again, and keep writing transactions short."
        case .serializationFailure: "Another connection has written since this transaction began; run it again."
        case .unsupported: "Use a savepoint within it, or another connection."
        case .readOnly: "Connect for writing, and check that the file, and the folder around it, can be written."
        case .diskFull: "Free some room and try again; nothing was changed."
        case .corrupt: "Run PRAGMA integrity_check, and restore a backup if it finds damage."
        case .notADatabase: "Give the path of an SQLite file."
        case .unreachable: "Check that the file, and the folder around it, can be read and written."
        default: nil
        }
    }
}

extension ResultCode {
    /// What to do next about a file that cannot be read or written: a limit, a quota or a broken disk.
    fileprivate var advice: String? {
        switch self {
        case .SQLITE_IOERR_WRITE, .SQLITE_IOERR_FSYNC, .SQLITE_IOERR_TRUNCATE:
            "The file could not be written: make room on the disk, and look at quotas and at the disk's health; "
                + "nothing was changed."
        case .SQLITE_IOERR_READ, .SQLITE_IOERR_SHORT_READ:
            "The file could not be read: look at the disk's health."
        default: nil
        }
    }

    /// The name that SQLite's documentation uses, as far as a user may meet it.
    fileprivate var name: String {
        Self.names.first { $0.0 == self }?.1 ?? Self.names.first { $0.0 == primaryResultCode }?.1 ?? "SQLITE"
    }

    private static let names: [(ResultCode, String)] = [
        (.SQLITE_CONSTRAINT_UNIQUE, "SQLITE_CONSTRAINT_UNIQUE"),
        (.SQLITE_CONSTRAINT_PRIMARYKEY, "SQLITE_CONSTRAINT_PRIMARYKEY"),
        (.SQLITE_CONSTRAINT_ROWID, "SQLITE_CONSTRAINT_ROWID"),
        (.SQLITE_CONSTRAINT_FOREIGNKEY, "SQLITE_CONSTRAINT_FOREIGNKEY"),
        (.SQLITE_CONSTRAINT_CHECK, "SQLITE_CONSTRAINT_CHECK"),
        (.SQLITE_CONSTRAINT_NOTNULL, "SQLITE_CONSTRAINT_NOTNULL"),
        (.SQLITE_CONSTRAINT_TRIGGER, "SQLITE_CONSTRAINT_TRIGGER"),
        (.SQLITE_BUSY_SNAPSHOT, "SQLITE_BUSY_SNAPSHOT"), (.SQLITE_BUSY_RECOVERY, "SQLITE_BUSY_RECOVERY"),
        (.SQLITE_ABORT_ROLLBACK, "SQLITE_ABORT_ROLLBACK"), (.SQLITE_READONLY_DIRECTORY, "SQLITE_READONLY_DIRECTORY"),
        (.SQLITE_READONLY_DBMOVED, "SQLITE_READONLY_DBMOVED"), (.SQLITE_CANTOPEN_ISDIR, "SQLITE_CANTOPEN_ISDIR"),
        (.SQLITE_ERROR, "SQLITE_ERROR"), (.SQLITE_INTERNAL, "SQLITE_INTERNAL"), (.SQLITE_PERM, "SQLITE_PERM"),
        (.SQLITE_ABORT, "SQLITE_ABORT"), (.SQLITE_BUSY, "SQLITE_BUSY"), (.SQLITE_LOCKED, "SQLITE_LOCKED"),
        (.SQLITE_NOMEM, "SQLITE_NOMEM"), (.SQLITE_READONLY, "SQLITE_READONLY"),
        (.SQLITE_INTERRUPT, "SQLITE_INTERRUPT"), (.SQLITE_IOERR, "SQLITE_IOERR"), (.SQLITE_CORRUPT, "SQLITE_CORRUPT"),
        (.SQLITE_FULL, "SQLITE_FULL"), (.SQLITE_CANTOPEN, "SQLITE_CANTOPEN"), (.SQLITE_PROTOCOL, "SQLITE_PROTOCOL"),
        (.SQLITE_SCHEMA, "SQLITE_SCHEMA"), (.SQLITE_TOOBIG, "SQLITE_TOOBIG"),
        (.SQLITE_CONSTRAINT, "SQLITE_CONSTRAINT"), (.SQLITE_MISMATCH, "SQLITE_MISMATCH"),
        (.SQLITE_MISUSE, "SQLITE_MISUSE"), (.SQLITE_AUTH, "SQLITE_AUTH"), (.SQLITE_RANGE, "SQLITE_RANGE"),
        (.SQLITE_NOTADB, "SQLITE_NOTADB"),
    ]
}
