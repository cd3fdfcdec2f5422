import MartletCore

/// A clock as the pool reads it: the duration since the pool was made.
struct PoolClock: Sendable {
    let now: @Sendable () -> Duration
    /// Until the pool is a century old at most: clocks end the process that asks for the end of time.
    let sleep: @Sendable (_ until: Duration) async throws -> Void

    init<C: Clock>(_ clock: C) where C.Duration == Duration {
        // Read twice for each loan: the compiler knows no clock behind a closure made for any.
        if let clock = clock as? ContinuousClock {
            let origin = clock.now
            now = { origin.duration(to: .now) }
            sleep = { try await clock.sleep(until: origin.advanced(by: min($0, .century)), tolerance: nil) }
            return
        }
        let origin = clock.now
        now = { origin.duration(to: clock.now) }
        sleep = { try await clock.sleep(until: origin.advanced(by: min($0, .century)), tolerance: nil) }
    }
}
