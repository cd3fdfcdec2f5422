import Martlet
import MartletAdvisor
import MartletCore
import MartletLoad
import MartletTesting

/// Why a command ended without doing what it was asked, in one sentence that says what to do next.
struct CommandFailure: Error, CustomStringConvertible {
    let status: ExitStatus
    let description: String

    init(_ status: ExitStatus, _ description: String) {
        self.status = status
        self.description = description
    }

    /// Gives an error of a database its exit status.
    init(_ error: EngineError) {
        self.init(Self.status(of: error.code), error.description)
    }

    /// Says why a load could not run, and what to write where it wanted to write.
    init(_ failure: LoadFailure, _ subject: LoadSubject) {
        if failure.cause.code == .readOnly, !subject.writes {
            let code = failure.cause.driverCode.map { " [\($0)]" } ?? ""
            self.init(
                .unsafe,
                "operation \(failure.operation) cannot run: it writes, and the sessions of this load are "
                    + "read-only\(code); say `writes: true` at the top of the scenario"
            )
            return
        }
        let status = failure.cause.code == .undefinedObject ? .usage : Self.status(of: failure.cause.code)
        self.init(status, "\(failure)")
    }

    /// Gives any error its exit status.
    init(_ error: any Error) {
        switch error {
        case let failure as CommandFailure: self = failure
        case let error as EngineError: self.init(error)
        case let error as MigrationError: self.init(Self.status(of: error), error.description)
        case let error as CounterError: self.init(Self.status(of: error.code), error.message)
        case let error as PoolError: self.init(error)
        case let error as PrivatePostgresError: self.init(.unreachable, error.description)
        case is CancellationError: self.init(.interrupted, "interrupted")
        default: self.init(.unreachable, "\(error)")
        }
    }

    /// What kept the pool from connecting counts and is told, not where in the command it was met.
    private init(_ error: PoolError) {
        if error.code == .cancelled {
            self.init(.interrupted, "interrupted")
        } else if let cause = error.cause {
            self.init(Self.status(of: cause.code), "no connection could be opened: \(cause.description)")
        } else {
            self.init(.unreachable, error.message)
        }
    }

    private static func status(of code: EngineError.Code) -> ExitStatus {
        switch code {
        case .invalidConnectionString, .noSuchFile, .notADatabase, .corrupt, .syntaxError, .invalidBinding,
            .undecodable:
            .usage
        case .readOnly, .lockTimeout, .deadlock, .unsupported: .unsafe
        case .cancelled: .interrupted
        default: .unreachable
        }
    }

    private static func status(of code: CounterError.Code) -> ExitStatus {
        switch code {
        case .unsupportedTable, .busy, .unsupportedTransaction, .incomplete, .outdated: .unsafe
        default: .usage
        }
    }

    private static func status(of error: MigrationError) -> ExitStatus {
        if error.code == .cancelled { return .interrupted }
        if let cause = error.cause as? EngineError, error.code == .database { return status(of: cause.code) }
        if error.code == .unknownMigration { return .usage }
        // Refused by the database, not by Martlet for safety's sake.
        if error.code == .permissionDenied { return .unreachable }
        return error.changedNothing ? .unsafe : .unreachable
    }
}
