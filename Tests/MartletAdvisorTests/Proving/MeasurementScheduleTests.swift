import Foundation
import MartletAdvisor
import MartletCore
import Testing

@Suite("Schedule of a proof")
struct MeasurementScheduleTests {
    @Test(
        "runs as often as there is time for, the fast side more often when the slow one cannot",
        arguments: [
            (Duration.milliseconds(1), Duration.milliseconds(1), 30, 1, 1),
            (.milliseconds(900), .milliseconds(100), 10, 1, 1),
            (.seconds(3), .milliseconds(1), 3, 1, 6),
            (.milliseconds(1), .seconds(3), 3, 6, 1),
            (.seconds(60), .milliseconds(1), 2, 1, 6),
            (.zero, .zero, 30, 1, 1),
        ] as [(Duration, Duration, Int, Int, Int)]
    )
    func two(before: Duration, after: Duration, rounds: Int, beforePerRound: Int, afterPerRound: Int) {
        let schedule = MeasurementSchedule([before, after], roundsMax: 30, timeMax: .seconds(10))
        #expect(schedule.rounds == rounds)
        #expect(schedule.runsPerRound == [beforePerRound, afterPerRound])
    }

    @Test(
        "of several sides the slowest runs once in a round, and no other costs more than it does",
        arguments: [
            ([1, 1, 1, 1], 30, [1, 1, 1, 1]), ([3_000, 2_000, 1_000, 10], 4, [1, 1, 3, 6]),
            ([10, 25_000, 20, 1], 2, [6, 1, 6, 6]), ([500, 500, 500], 6, [1, 1, 1]),
            ([9_000, 9_000, 4_000], 4, [1, 1, 2]), ([20_000, 9_000, 9_000], 3, [1, 2, 2]),
        ]
    )
    func several(milliseconds: [Int], rounds: Int, runsPerRound: [Int]) {
        let durations = milliseconds.map { Duration.milliseconds($0) }
        let schedule = MeasurementSchedule(durations, roundsMax: 30, timeMax: .seconds(10))
        #expect(schedule.rounds == rounds)
        #expect(schedule.runsPerRound == runsPerRound)
    }

    @Test("each side begins as often as the others, and of three or more none follows itself", arguments: 2...5)
    func orders(sides: Int) {
        let durations = (0..<sides).map { _ in Duration.milliseconds(1) }
        let schedule = MeasurementSchedule(durations, roundsMax: 30, timeMax: .seconds(10))
        let orders = (0..<4 * sides).map { schedule.order(of: $0) }
        for order in orders { #expect(order.sorted() == Array(0..<sides)) }
        for side in 0..<sides { #expect(orders.count { $0.first == side } == 4) }
        guard sides > 2 else { return }
        for (order, next) in zip(orders, orders.dropFirst()) { #expect(order.last != next.first) }
    }

    @Test("never ends before the first side can be told from each other one", arguments: [2, 3, 4])
    func interval(sides: Int) {
        var random = SplitMix64(seed: 11)
        for _ in 0..<500 {
            let durations = (0..<sides).map { _ in Duration.milliseconds(Int.random(in: 1...60_000, using: &random)) }
            let schedule = MeasurementSchedule(durations, roundsMax: 30, timeMax: .seconds(10))
            let runs = schedule.runsPerRound.map { $0 * schedule.roundsAtLeast }
            #expect(schedule.roundsAtLeast <= schedule.rounds && schedule.roundsAtLeast <= 4)
            guard schedule.rounds < RatioInterval.bootstrapRunsMin else { continue }
            for other in runs.dropFirst() {
                #expect(RatioInterval.mosesMissChance(runs[0], other) <= 0.05, "\(durations) \(runs)")
            }
        }
    }

    @Test("warms a side up each turn that the slowest takes ten times as long as")
    func warmUps() {
        let durations: [Duration] = [.milliseconds(100), .milliseconds(10), .milliseconds(11), .zero]
        let schedule = MeasurementSchedule(durations, roundsMax: 30, timeMax: .seconds(10))
        #expect(schedule.warmsUpEachTurn == [false, true, false, true])
        let idle = MeasurementSchedule([.zero, .zero], roundsMax: 30, timeMax: .seconds(10))
        #expect(idle.warmsUpEachTurn == [false, false])
    }
}
