internal import MartletCore

/// One piece of work for a session's thread, with a caller waiting for it.
struct Job: Sendable {
    /// Tells it from the others of its session.
    let id: Int
    /// When its caller stops waiting, counted from the call; nil for never.
    let deadline: ContinuousClock.Instant?
    /// Does the work and answers the caller.
    let work: @Sendable (SessionDatabase) -> Void
    /// Answers the caller without doing the work.
    let refuse: @Sendable (EngineError) -> Void
}

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
