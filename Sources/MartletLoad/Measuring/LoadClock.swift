import Glibc

/// The time as a load generator needs it: cheap to read, and passed in, so that tests can make their own.
package struct LoadClock: Sendable {
    /// Nanoseconds since some fixed instant.
    package let now: @Sendable () -> UInt64
    /// Returns at that instant or later; throws when its task is cancelled.
    package let sleep: @Sendable (_ until: UInt64) async throws -> Void
    /// Seconds of processor time that this process has used.
    package let processorSeconds: @Sendable () -> Double

    package init(
        now: @escaping @Sendable () -> UInt64,
        sleep: @escaping @Sendable (_ until: UInt64) async throws -> Void,
        processorSeconds: @escaping @Sendable () -> Double
    ) {
        self.now = now
        self.sleep = sleep
        self.processorSeconds = processorSeconds
    }

    /// The system's clocks.
    package static let system = LoadClock(
        now: { nanoseconds(of: CLOCK_MONOTONIC) },
        sleep: { instant in
            let now = nanoseconds(of: CLOCK_MONOTONIC)
            guard instant > now else { return }
            try await Task.sleep(for: .nanoseconds(Int64(instant - now)), tolerance: .zero)
        },
        processorSeconds: { Double(nanoseconds(of: CLOCK_PROCESS_CPUTIME_ID)) / 1e9 }
    )

    private static func nanoseconds(of clock: clockid_t) -> UInt64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
