internal import MartletCore

/// Why a job is to end before it is done.
enum Interruption: Sendable {
    /// Its task was cancelled.
    case cancelled
    /// Its deadline has passed.
    case deadlineExceeded

    /// What its caller is told.
    func error(statement: String?) -> EngineError {
        switch self {
        case .cancelled:
            EngineError(.cancelled, "The statement was cancelled with its task.", statement: statement)
        case .deadlineExceeded:
            EngineError(
                .deadlineExceeded,
                "The statement ran into its deadline; explain it, or allow it more time.",
                statement: statement
            )
        }
    }
}
