/// How often each side runs, so that all get as many runs as there is time for.
package struct MeasurementSchedule: Sendable, Hashable {
    /// Rounds; in each all sides run, the one that begins alternating.
    package let rounds: Int
    /// Runs of each side in each round.
    package let runsPerRound: [Int]

    /// Runs of the fast side in a round when the slow one allows few rounds: with three rounds and six runs in each,
    /// Moses' interval has a coverage of 99.8 %, with two 97.8 %.
    package static let repeatsOfFastSide = 6
    /// Rounds however slow a side is: with one there would be no verdict at all.
    package static let roundsMin = 2

    /// Plans for sides that take about so long.
    package init(_ durations: [Duration], roundsMax: Int, timeMax: Duration) {
        let affordable = Self.rounds(of: durations.reduce(.zero, +), within: timeMax)
        if affordable >= RatioInterval.bootstrapRunsMin {
            rounds = min(roundsMax, affordable)
            runsPerRound = durations.map { _ in 1 }
            return
        }
        let slowest = durations.indices.max { durations[$0] < durations[$1] }
        let slowestTime = slowest.map { durations[$0] } ?? .zero
        runsPerRound = durations.indices.map { side in
            if side == slowest { return 1 }
            // With two sides the other one is the only chance of an interval; of more, each may cost as much again.
            guard durations.count > 2, durations[side] > .zero else { return Self.repeatsOfFastSide }
            return max(1, Int(min(slowestTime / durations[side], Double(Self.repeatsOfFastSide))))
        }
        rounds = max(Self.roundsMin, min(roundsMax, affordable))
    }

    private static func rounds(of duration: Duration, within timeMax: Duration) -> Int {
        guard duration > .zero else { return .max }
        let rounds = timeMax / duration
        return rounds >= 1e9 ? .max : Int(rounds)
    }
}
