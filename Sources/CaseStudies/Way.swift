/// How an operation is written.
package enum Way: String, Sendable, Hashable, CaseIterable, Codable {
    /// As it was.
    case before
    /// As a careful developer would write it with the schema as it was: a second, fair baseline.
    case fair
    /// As the source document mends it.
    case seed
    /// As this project mends it.
    case expert

    /// What tables and legends call it; commands take the raw value, and documents carry it.
    package var label: String {
        switch self {
        case .before: "before"
        case .fair: "fair"
        case .seed: "document's way"
        case .expert: "our way"
        }
    }
}
