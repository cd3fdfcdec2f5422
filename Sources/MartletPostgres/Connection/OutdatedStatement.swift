internal import MartletCore

/// The cause of a failure that comes only of what a connection remembered of a statement.
struct OutdatedStatement: Error {
    static func error(_ error: EngineError) -> EngineError {
        EngineError(
            error.code,
            error.message,
            driverCode: error.driverCode,
            statement: error.statement,
            detail: error.detail,
            cause: OutdatedStatement()
        )
    }
}
