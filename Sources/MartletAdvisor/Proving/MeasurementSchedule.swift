/// How often each side runs, so that both get as many runs as there is time for.
package struct MeasurementSchedule: Sendable, Hashable {
    /// Rounds; in each both sides run, the one that begins alternating.
    package let rounds: Int
    /// Runs of `before` in each round.
    package let beforePerRound: Int
    /// Runs of `after` in each round.
    package let afterPerRound: Int

    /// Runs of the fast side in a round when the slow one allows few rounds: with three rounds and six runs in each,
    /// Moses' interval has a coverage of 99.8 %, with two 97.8 %.
    package static let repeatsOfFastSide = 6
    /// Rounds however slow a side is: with one there would be no verdict at all.
    package static let roundsMin = 2

    /// Plans for sides that take about so long.
    package init(before: Duration, after: Duration, roundsMax: Int, timeMax: Duration) {
        let affordable = Self.rounds(of: before + after, within: timeMax)
        if affordable >= RatioInterval.bootstrapRunsMin {
            rounds = min(roundsMax, affordable)
            beforePerRound = 1
            afterPerRound = 1
            return
        }
        let beforeIsSlow = before >= after
        beforePerRound = beforeIsSlow ? 1 : Self.repeatsOfFastSide
        afterPerRound = beforeIsSlow ? Self.repeatsOfFastSide : 1
        rounds = max(Self.roundsMin, min(roundsMax, affordable))
    }

    private static func rounds(of duration: Duration, within timeMax: Duration) -> Int {
        guard duration > .zero else { return .max }
        let rounds = timeMax / duration
        return rounds >= 1e9 ? .max : Int(rounds)
    }
}
