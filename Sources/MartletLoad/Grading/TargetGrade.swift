/// How well an operation reaches its target, the best first.
package enum TargetGrade: String, Sendable, Hashable, CaseIterable, Codable, Comparable {
    /// In half of the time that it may take.
    case exceeded
    /// Within its target.
    case achieved
    /// Beyond the target, by a tenth of it at the most.
    case close
    /// Beyond the target, within what was said to be acceptable.
    case acceptable
    /// Beyond all that: somebody has to act.
    case missed
    /// Some of its runs failed.
    case failed
    /// It was never answered, so nothing can be said.
    case unmeasured

    /// Whether the operation is within its target; one that is close to it or acceptable is not.
    package var isReached: Bool { self <= .achieved }

    package static func < (left: TargetGrade, right: TargetGrade) -> Bool {
        (allCases.firstIndex(of: left) ?? 0) < (allCases.firstIndex(of: right) ?? 0)
    }
}
