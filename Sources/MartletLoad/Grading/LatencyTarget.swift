/// How fast an operation has to be.
package struct LatencyTarget: Sendable, Hashable {
    /// The percentage of its runs that this holds for.
    package var percentile: Double
    package var target: Duration
    /// Up to this it is slower than it should be, and nobody has to act; nil where that was not said.
    package var acceptable: Duration?

    /// Beyond this share of a target it is reached with room to spare.
    package static let exceedingShare = 0.5
    /// Up to this share of a target it is close to it, where nothing was said of what is acceptable.
    package static let closeShare = 1.1

    package init(_ target: Duration, acceptable: Duration? = nil, percentile: Double = 95) {
        precondition(target > .zero && (0...100).contains(percentile), "a target is a time that can be reached")
        self.percentile = percentile
        self.target = target
        self.acceptable = acceptable
    }

    /// The grade of a time.
    package func grade(_ time: Duration) -> TargetGrade {
        if time <= target * Self.exceedingShare { return .exceeded }
        if time <= target { return .achieved }
        if let acceptable { return time <= acceptable ? .acceptable : .missed }
        return time <= target * Self.closeShare ? .close : .missed
    }

    /// The grade of what was measured: without an answer, or with a failure, no target is reached.
    package func grade(_ measurement: OperationMeasurement) -> TargetGrade {
        if measurement.completed == 0 { return .unmeasured }
        if measurement.failures > 0 { return .failed }
        return grade(measurement.latency.percentile(percentile))
    }
}
