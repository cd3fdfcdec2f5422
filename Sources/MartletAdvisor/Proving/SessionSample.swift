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

    /// A sample as another measurement might have given it.
    ///
    /// Sessions are drawn with replacement, and of each as many of its runs with replacement. With one session this is
    /// the ordinary bootstrap, with several the interval is rather too wide than too narrow (Davison and Hinkley,
    /// "Bootstrap Methods and their Application", 1997, section 3.8, strategy 2).
    func resampled(using generator: inout some RandomNumberGenerator) -> OrderStatistics {
        let measured = sessions.filter { !$0.isEmpty }
        var times: [Double] = []
        for _ in measured {
            let session = measured[Int.random(in: measured.indices, using: &generator)]
            for _ in session { times.append(session[Int.random(in: session.indices, using: &generator)]) }
        }
        return OrderStatistics(times)
    }
}
