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
    init?(_ step: MigrationStep) {
        guard let index = step.index else { return nil }
        if let statement = IndexStatement(step.sql) {
            self = .create(index, statement)
            return
        }
        var scanner = SQLScanner(step.sql)
        if scanner.take(keyword: "drop"), scanner.take(keyword: "index") {
            self = .drop(index)
            return
        }
        scanner = SQLScanner(step.sql)
        guard scanner.take(keyword: "reindex") else { return nil }
        self = .rebuild(index)
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
