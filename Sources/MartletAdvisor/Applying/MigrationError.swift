import MartletCore

/// What kept a migration from being planned, applied, verified or rolled back.
///
/// `description` says what was attempted, what happened and what to do next, and never shows a bound value.
package struct MigrationError: Error, Sendable, CustomStringConvertible {
    /// The kind of failure.
    package struct Code: Sendable, Hashable, CustomStringConvertible {
        /// The kind in words.
        package let description: String

        private init(_ description: String) {
            self.description = description
        }

        /// The remedy is none that Martlet can carry out, or not on this kind of table.
        package static let unsupported = Code("unsupported")
        /// The database, its file or its connection is read-only.
        package static let readOnly = Code("read-only")
        /// The role may not do this.
        package static let permissionDenied = Code("permission denied")
        /// Another process migrates this database.
        package static let anotherRunner = Code("another runner")
        /// A lock was not to be had within all attempts.
        package static let lockUnavailable = Code("lock unavailable")
        /// An index of that name exists and is another one.
        package static let differentDefinition = Code("different definition")
        /// A unique index cannot be built because rows have equal keys.
        package static let duplicateKeys = Code("duplicate keys")
        /// The journal holds another migration under this name, or its row was changed.
        package static let checksumMismatch = Code("checksum mismatch")
        /// What the migration made was changed since.
        package static let drifted = Code("drifted")
        /// The journal has no such migration.
        package static let unknownMigration = Code("unknown migration")
        /// The migration's state does not allow this.
        package static let wrongState = Code("wrong state")
        /// All steps were done, and yet the change is not in place.
        package static let verificationFailed = Code("verification failed")
        /// The work was interrupted by its caller.
        package static let cancelled = Code("cancelled")
        /// The journal cannot be read as one.
        package static let unreadableJournal = Code("unreadable journal")
        /// The files could not be written.
        package static let unwritableFiles = Code("unwritable files")
        /// The database refused for another reason; `cause` says which.
        package static let database = Code("database")
    }

    /// The kind of failure.
    package var code: Code
    /// What was attempted, what happened, and what to do next.
    package var message: String
    /// Whether the database is as it was before: nothing was begun, or all that was begun has been undone.
    ///
    /// The journal does not count. A command ends with "changed nothing because unsafe" exactly then.
    package var changedNothing: Bool
    /// SQLSTATE on PostgreSQL, the extended result code on SQLite.
    package var driverCode: String?
    /// The statement that failed, with placeholders.
    package var statement: String?
    /// The error behind this one.
    package var cause: (any Error)?

    package init(
        _ code: Code,
        _ message: String,
        changedNothing: Bool = true,
        driverCode: String? = nil,
        statement: String? = nil,
        cause: (any Error)? = nil
    ) {
        self.code = code
        self.message = message
        self.changedNothing = changedNothing
        self.driverCode = driverCode
        self.statement = statement
        self.cause = cause
    }

    /// Says what an error means to one who attempted something; an error that already says it stays as it is.
    package init(_ error: any Error, attempting attempt: String) {
        if let error = error as? MigrationError {
            self = error
        } else if let error = error as? EngineError {
            let (code, advice) = Self.meaning(of: error)
            let message = error.message.trimmingSuffix { $0 == "." }
            self.init(
                code,
                Self.isBeforeAnyAttempt(error.code) ? error.message : "\(attempt): \(message); \(advice)",
                driverCode: error.driverCode,
                statement: error.statement,
                cause: error
            )
        } else if error is CancellationError {
            self.init(.cancelled, "\(attempt): interrupted; run the command again to go on", cause: error)
        } else {
            self.init(.database, "\(attempt): \(error)", cause: error)
        }
    }

    /// The message, and the driver's code where there is one.
    package var description: String {
        driverCode.map { "\(message) [\($0)]" } ?? message
    }

    /// Whether the database was not even opened: then the engine has said all there is to say.
    private static func isBeforeAnyAttempt(_ code: EngineError.Code) -> Bool {
        [.noSuchFile, .notADatabase, .unreachable, .authenticationFailed].contains(code)
    }

    private static func meaning(of error: EngineError) -> (Code, advice: String) {
        switch error.code {
        case .readOnly: (.readOnly, "make the database writable, then run the command again")
        // Only a server has roles: https://www.postgresql.org/docs/15/errcodes-appendix.html
        case .permissionDenied where error.driverCode == "42501":
            (.permissionDenied, "run the command as the owner of the table, or as a role that has the privilege")
        case .permissionDenied: (.permissionDenied, "then run the command again")
        case .lockTimeout, .deadlock, .serializationFailure:
            (.lockUnavailable, "run the command again when the database is less busy")
        case .cancelled: (.cancelled, "run the command again to go on")
        case .connectionLost:
            (.database, "when the database answers again, run the command again: the journal knows where it stands")
        case .diskFull: (.database, "make room on the disk, then run the command again")
        default: (.database, "mend the cause, then run the command again")
        }
    }
}
