import MartletCore

/// How long a cache keeps what it was given, and when it complains.
public struct CacheOptions: Sendable, Hashable {
    /// How old a value may become, counted from the start of its load.
    ///
    /// It is never served beyond. A century at most, as all times to live.
    public var timeToLive = Duration.seconds(300)
    /// How old the answer "there is none" may become; zero keeps none.
    public var timeToLiveAbsent = Duration.seconds(30)
    /// How old an error may become; zero, as errors are unless asked, keeps none.
    public var timeToLiveError = Duration.zero
    /// By how much of itself a time to live is shortened at most, by chance, so that what came together does not go
    /// together: 0...1.
    public var jitterRatio = 0.1
    /// From which part of its time to live on a value that is asked for is loaded again behind the answer: 0...1, or
    /// nil for never.
    public var refreshAheadRatio: Double?
    /// Loads ahead that may run at a time; beyond it, values are served without one.
    public var refreshesMax = 16
    /// The hit ratio below which the alert is raised: 0...1.
    public var hitRatioMin = 0.8
    /// Requests over which the hit ratio is taken for the alert.
    public var alertRequests = 10_000

    /// The defaults: five minutes, thirty seconds for what there is none of, no errors, nothing ahead.
    public init() {}

    /// The longest that anything of a cache lasts, for second tiers too.
    package static var durationMax: Duration { .century }

    /// The same with times to live of a century at most.
    var bounded: CacheOptions {
        var options = self
        options.timeToLive = min(timeToLive, Self.durationMax)
        options.timeToLiveAbsent = min(timeToLiveAbsent, Self.durationMax)
        options.timeToLiveError = min(timeToLiveError, Self.durationMax)
        return options
    }
}
