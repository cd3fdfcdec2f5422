package import MartletCore

/// Looks at what was seen of a database and says what is wrong with it.
///
/// A rule is pure: it reads nothing, asks no clock, and gives the same findings for the same observation. What it cannot
/// tell from the observation it leaves unsaid.
package protocol Rule: Sendable {
    /// The first half of the identity of its findings, such as `foreign-key-without-index`.
    static var name: String { get }

    /// What is wrong, in no particular order.
    func findings(in observation: Observation) -> [Finding]
}

extension Rule {
    /// The first half of the identity of its findings.
    package var name: String { Self.name }
}
