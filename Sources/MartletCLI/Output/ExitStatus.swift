/// How a command ends, for scripts.
enum ExitStatus: Int32, Error {
    /// Nothing to report.
    case clean = 0
    /// Findings at or above the threshold, or a change that is not in place.
    case findings = 1
    /// Wrong usage, or an input that cannot be read or is empty.
    case usage = 2
    /// The database cannot be reached, or refused.
    case unreachable = 3
    /// Nothing was changed, because it would not have been safe.
    case unsafe = 4
    /// Interrupted by Ctrl-C: 128 + SIGINT, as shells have it.
    case interrupted = 130
}
