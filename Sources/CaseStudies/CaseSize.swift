/// How much data there is.
package enum CaseSize: String, Sendable, Hashable, CaseIterable, Codable {
    /// Small enough for tests: loads in under two seconds.
    case small = "S"
    /// The "10 k records" of the first source document.
    case tenThousand = "10k"
    /// For benchmarks; SQLite gets a quarter of the rows of PostgreSQL.
    case large = "L"
}
