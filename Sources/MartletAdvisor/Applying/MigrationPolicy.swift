/// How long a runner waits, and how often it tries.
package struct MigrationPolicy: Sendable, Hashable {
    /// How long one statement waits for a lock (PostgreSQL's `lock_timeout`; SQLite waits as long as its engine says).
    package var lockTimeout: Duration
    /// How often a step is tried in all before a lock counts as not to be had.
    package var attempts: Int
    /// The pause after the first attempt; each further pause is twice as long.
    package var firstPause: Duration
    /// The longest pause.
    package var longestPause: Duration
    /// How often it is asked whether the other runner is done before giving up.
    package var runnerLockAttempts: Int
    /// The pause between asking.
    package var runnerLockPause: Duration
    /// The pause between looks at how far the server is with an index, over a second connection; nil for none.
    package var progressPause: Duration?

    /// Two seconds is long against the locks of ordinary statements and short against what users of a site bear.
    ///
    /// Six attempts with pauses of 1, 2, 4, 8 and 16 seconds take up to 43 seconds: they outlast a batch job of half a
    /// minute.
    package init(
        lockTimeout: Duration = .seconds(2),
        attempts: Int = 6,
        firstPause: Duration = .seconds(1),
        longestPause: Duration = .seconds(30),
        runnerLockAttempts: Int = 10,
        runnerLockPause: Duration = .seconds(1),
        progressPause: Duration? = .seconds(1)
    ) {
        precondition(attempts > 0 && runnerLockAttempts > 0, "at least one attempt")
        self.lockTimeout = lockTimeout
        self.attempts = attempts
        self.firstPause = firstPause
        self.longestPause = longestPause
        self.runnerLockAttempts = runnerLockAttempts
        self.runnerLockPause = runnerLockPause
        self.progressPause = progressPause
    }

    /// The pause after the attempt of that number, which starts at 1.
    package func pause(afterAttempt attempt: Int) -> Duration {
        var pause = firstPause
        for _ in 1..<max(attempt, 1) where pause < longestPause { pause *= 2 }
        return min(pause, longestPause)
    }
}
