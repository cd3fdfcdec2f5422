/// How often each side runs, so that all get as many runs as there is time for.
package struct MeasurementSchedule: Sendable, Hashable {
    /// Rounds; in each all sides run.
    package let rounds: Int
    /// Runs of each side in each round.
    package let runsPerRound: [Int]
    /// Whether a side begins each turn with a run that is not counted.
    ///
    /// A slow side leaves the processor's caches full of what it read, and what a fast one would then show is what it
    /// takes to get them back, not what it does.
    package let warmsUpEachTurn: [Bool]
    /// Rounds that are run even when the time is over: with fewer no interval can be told.
    package let roundsAtLeast: Int

    /// Runs of the fast side in a round when the slow one allows few rounds: with three rounds and six runs in each,
    /// Moses' interval has a coverage of 99.8 %, with two 97.8 %.
    package static let repeatsOfFastSide = 6
    /// Rounds however slow a side is: with one there would be no verdict at all.
    package static let roundsMin = 2
    /// How many times as long as a side the slowest must take for that side to be warmed up each turn: the run that is
    /// not counted is then a small part of the round.
    package static let warmUpRatio = 10

    /// Plans for sides that take about so long; all others are compared with the first.
    package init(_ durations: [Duration], roundsMax: Int, timeMax: Duration) {
        let affordable = Self.rounds(of: durations.reduce(.zero, +), within: timeMax)
        let slowest = durations.indices.max { durations[$0] < durations[$1] }
        let slowestTime = slowest.map { durations[$0] } ?? .zero
        warmsUpEachTurn = durations.map { slowestTime > .zero && $0 * Self.warmUpRatio <= slowestTime }
        if affordable >= RatioInterval.bootstrapRunsMin {
            rounds = min(roundsMax, affordable)
            runsPerRound = durations.map { _ in 1 }
            roundsAtLeast = Self.roundsMin
            return
        }
        let runsPerRound = durations.indices.map { side in
            if side == slowest { return 1 }
            // With two sides the other one is the only chance of an interval; of more, each may cost as much again.
            guard durations.count > 2, durations[side] > .zero else { return Self.repeatsOfFastSide }
            return max(1, Int(min(slowestTime / durations[side], Double(Self.repeatsOfFastSide))))
        }
        self.runsPerRound = runsPerRound
        roundsAtLeast = Self.roundsOfAnInterval(runsPerRound)
        rounds = max(roundsAtLeast, min(roundsMax, affordable))
    }

    /// The order of the sides in a round.
    ///
    /// Each begins as often as the others, and of three or more none follows itself: what a side leaves in caches helps
    /// its next run. Every other lap goes backwards, so that none always follows the same.
    package func order(of round: Int) -> [Int] {
        let count = runsPerRound.count
        let start = round % count
        let turned = (0..<count).map { (start + $0) % count }
        return (round / count).isMultiple(of: 2) ? turned : turned.map { count - 1 - $0 }
    }

    /// The session in which a round is run: each has its part of the rounds.
    ///
    /// Where there are enough rounds, all sides begin equally often in each.
    package func session(of round: Int, sessions: Int) -> Int {
        let roundsOfSession = rounds / (runsPerRound.count * sessions) * runsPerRound.count
        guard roundsOfSession > 0 else { return round * sessions / rounds }
        return min(round / roundsOfSession, sessions - 1)
    }

    /// The rounds after which the first side can be told from each of the others.
    private static func roundsOfAnInterval(_ runsPerRound: [Int]) -> Int {
        var rounds = roundsMin
        // Four runs against four are enough.
        while runsPerRound.dropFirst()
            .contains(where: { isVague(rounds * runsPerRound[0], rounds * $0) })
        {
            rounds += 1
        }
        return rounds
    }

    private static func isVague(_ runs: Int, _ otherRuns: Int) -> Bool {
        RatioInterval.mosesMissChance(runs, otherRuns) > RatioInterval.missChance
    }

    private static func rounds(of duration: Duration, within timeMax: Duration) -> Int {
        guard duration > .zero else { return .max }
        let rounds = timeMax / duration
        return rounds >= 1e9 ? .max : Int(rounds)
    }
}
