import MartletCore

/// Times of one way to do something, by the session that they were measured in.
///
/// What is peculiar to a session, such as where the memory of its server process lies, strikes all of its runs: they
/// tell less than as many runs of several sessions.
package struct SessionSample: Sendable, Hashable {
    private var sessions: [[Double]]

    /// A sample of one session.
    package init(_ times: [Double]) {
        sessions = [times]
    }

    /// A sample of so many sessions that is yet to be measured.
    package init(sessions count: Int) {
        sessions = Array(repeating: [], count: count)
    }

    /// All times, in no order that means anything.
    package var times: [Double] { sessions.flatMap(\.self) }
    package var count: Int { sessions.reduce(0) { $0 + $1.count } }

    package mutating func append(_ time: Double, of session: Int) {
        sessions[session].append(time)
    }

    /// The sessions in which something was measured.
    var measured: [[Double]] { sessions.filter { !$0.isEmpty } }

    /// Two samples as another measurement might have given them.
    ///
    /// Sessions are drawn with replacement, and of each as many of its runs with replacement: with one session the
    /// ordinary bootstrap (Davison and Hinkley, "Bootstrap Methods and their Application", 1997, section 3.8). Sessions
    /// of the same number ran at the same time, so they are drawn together: what struck both then makes no difference.
    /// Too wide where runs differ more than sessions do; up to a tenth too narrow where five sessions differ more.
    static func resampled(
        _ one: [[Double]],
        _ other: [[Double]],
        using generator: inout some RandomNumberGenerator
    ) -> (OrderStatistics, OrderStatistics) {
        let drawn = one.indices.map { _ in Int.random(in: one.indices, using: &generator) }
        let drawnOfOther =
            one.count == other.count
            ? drawn : other.indices.map { _ in Int.random(in: other.indices, using: &generator) }
        return (
            OrderStatistics(drawn.flatMap { redrawn(one[$0], using: &generator) }),
            OrderStatistics(drawnOfOther.flatMap { redrawn(other[$0], using: &generator) })
        )
    }

    /// As many runs of a session, drawn with replacement.
    private static func redrawn(_ runs: [Double], using generator: inout some RandomNumberGenerator) -> [Double] {
        runs.map { _ in runs[Int.random(in: runs.indices, using: &generator)] }
    }
}
