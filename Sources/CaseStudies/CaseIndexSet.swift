/// Which indexes there are beyond keys and unique constraints.
package enum CaseIndexSet: String, Sendable, Hashable, CaseIterable, Codable {
    /// No other.
    case none
    /// Those of the source document.
    case seed
    /// Those of this project.
    case expert
}
