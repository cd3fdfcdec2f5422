import MartletCore

/// What a step does to the index it names.
enum IndexAction: Sendable, Hashable {
    /// Creates it by this statement.
    case create(QualifiedName, IndexStatement)
    /// Drops it.
    case drop(QualifiedName)
    /// Builds it again.
    case rebuild(QualifiedName)

    /// Nil for a step that names no index, or does something else to it.
    init?(_ step: MigrationStep, dialect: Dialect) {
        guard let index = step.index else { return nil }
        if let statement = IndexStatement(step.sql, dialect: dialect) {
            self = .create(index, statement)
            return
        }
        var cursor = SQLWordCursor(SQLWord.words(of: step.sql, dialect: dialect))
        if cursor.take(keyword: "reindex") {
            self = .rebuild(index)
        } else if cursor.take(keyword: "drop"), cursor.take(keyword: "index") {
            self = .drop(index)
        } else {
            return nil
        }
    }

    /// The index.
    var index: QualifiedName {
        switch self {
        case .create(let index, _), .drop(let index), .rebuild(let index): index
        }
    }

    /// What it does, for people.
    var title: String {
        switch self {
        case .create(let index, _): "create index \(index)"
        case .drop(let index): "drop index \(index)"
        case .rebuild(let index): "rebuild index \(index)"
        }
    }
}
