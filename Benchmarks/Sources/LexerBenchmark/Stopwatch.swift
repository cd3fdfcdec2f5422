import Glibc

/// CPU time of this process, which other processes' load does not change.
enum Stopwatch {
    /// Seconds that a body takes of the CPU.
    static func cpuSeconds(_ body: () -> Void) -> Double {
        let start = now()
        body()
        return now() - start
    }

    private static func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
