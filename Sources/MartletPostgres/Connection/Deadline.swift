internal import MartletCore

/// When a caller wants its statement to be over, waiting and preparing included.
struct Deadline {
    let instant: ContinuousClock.Instant
    private let timeout: Duration

    init(after timeout: Duration) {
        self.timeout = timeout
        instant = .now + timeout
    }

    var hasPassed: Bool { instant <= .now }

    /// What a caller is told whose statement was not over in time.
    func error(_ statement: String?, driverCode: String? = nil) -> EngineError {
        EngineError(
            .deadlineExceeded,
            "the statement ran longer than \(timeout) and was cancelled; "
                + "give it more time, or look at its plan with martlet explain",
            driverCode: driverCode,
            statement: statement
        )
    }

    /// What a caller is told whose statement was not sent in time, as others used the connection.
    func errorOfWaiting() -> EngineError {
        EngineError(
            .deadlineExceeded,
            "the connection was busy for \(timeout), and the statement was not run; "
                + "give it more time, or use a connection of its own"
        )
    }
}
