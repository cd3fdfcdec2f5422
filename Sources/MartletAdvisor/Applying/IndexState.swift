import MartletCore

/// What the database says of one index.
struct IndexState: Sendable, Hashable {
    var table: QualifiedName
    /// False for what an interrupted build or drop left behind.
    var isValid: Bool
    /// The statement that makes it, as the database prints it.
    var definition: String
    /// The constraint that stands on it.
    var constraint: String?
    /// The session that builds it at this moment.
    var builder: Int?
    /// Invalid indexes that an interrupted REINDEX CONCURRENTLY left beside it.
    var leftovers: [QualifiedName] = []
}
