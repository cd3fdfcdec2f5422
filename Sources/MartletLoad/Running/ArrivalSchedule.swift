import Glibc
import MartletCore
import Synchronization

/// The instants at which runs are due, which do not depend on how fast answers come.
///
/// Whoever is free takes the next. When nobody is free, instants pass, and the wait counts as latency: so a slow answer
/// cannot keep others from being measured (coordinated omission; Gil Tene, "How NOT to Measure Latency", 2015).
final class ArrivalSchedule: Sendable {
    private struct State {
        var next: UInt64
        var remaining: Int?
        var random: SplitMix64
    }

    /// The longest interval in nanoseconds, some 146 years: a rate that is lower still keeps no clock busy.
    private static let intervalMax = Double(1 << 62)

    private let state: Mutex<State>
    private let meanInterval: Double
    /// No run is due from this instant on; nil where their number ends them.
    private let end: UInt64?

    /// Begins at an instant in nanoseconds; `arrivals` or `end` bound it.
    init(start: UInt64, rate: Double, arrivals: Int?, end: UInt64?, seed: UInt64) {
        meanInterval = min(1e9 / rate, Self.intervalMax)
        self.end = end
        state = Mutex(State(next: start, remaining: arrivals, random: SplitMix64(seed: seed)))
    }

    /// The instant of the next run; nil when no more is due.
    func next() -> UInt64? {
        state.withLock { state in
            if let remaining = state.remaining {
                guard remaining > 0 else { return nil }
                state.remaining = remaining - 1
            }
            // Intervals of a Poisson process are exponential.
            let uniform = 1 - Double.random(in: 0..<1, using: &state.random)
            let interval = UInt64(min(-log(uniform) * meanInterval, Self.intervalMax))
            let (instant, isOverflown) = state.next.addingReportingOverflow(interval)
            if isOverflown || end.map({ instant >= $0 }) ?? false {
                state.remaining = 0
                return nil
            }
            state.next = instant
            return instant
        }
    }
}
