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
