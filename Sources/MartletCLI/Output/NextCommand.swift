import MartletCore

/// The command that goes on from a finding.
struct NextCommand {
    let text: String

    /// nil if no remedy of the finding is one that Martlet carries out.
    init?(for finding: Finding, databaseInCommands: String) {
        guard finding.remedies.contains(where: \.isApplicable) else { return nil }
        text = "martlet apply \(databaseInCommands)\(ShellWord.quoted(finding.id))"
    }
}

extension Remedy {
    /// Whether `apply` can carry it out.
    var isApplicable: Bool {
        switch self {
        case .createIndex, .dropIndex, .replaceIndex, .rebuildIndex, .analyze, .schemaChange: true
        case .rewrite, .advice: false
        }
    }

    /// What it does, in one phrase.
    var summary: String {
        switch self {
        case .createIndex(let index):
            "create index \(index.name) on \(index.table) (\(index.keys.map(\.text).joined(separator: ", ")))"
        case .dropIndex(let index): "drop index \(index.name)"
        case .replaceIndex(let index, let definition): "replace index \(index.name) by \(definition.name)"
        case .rebuildIndex(let index): "build index \(index.name) again"
        case .analyze(let table): "collect statistics of \(table)"
        case .schemaChange(let plan): plan.summary
        case .rewrite(let advice, let example): example.map { "\(advice) Such as: \($0)" } ?? advice
        case .advice(let advice): advice
        }
    }

    /// What kind it is, for programs.
    var kind: String {
        switch self {
        case .createIndex: "create-index"
        case .dropIndex: "drop-index"
        case .replaceIndex: "replace-index"
        case .rebuildIndex: "rebuild-index"
        case .analyze: "analyze"
        case .schemaChange: "schema-change"
        case .rewrite: "rewrite"
        case .advice: "advice"
        }
    }
}
