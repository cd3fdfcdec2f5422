import MartletAdvisor
import MartletCore

/// The command that goes on from a finding: the one that mends it, or the one that shows all that is known about it.
struct NextCommand {
    let text: String
    /// Whether it mends the finding.
    let mends: Bool
    /// Why Martlet does not carry out the remedy that would mend it; nil where it does, or where none is for it to do.
    let refusal: String?

    /// Asks the planner first, so that no command is named that would refuse.
    init(for finding: Finding, in catalog: Catalog, databaseInCommands: String) {
        let id = ShellWord.quoted(finding.id)
        var refusal: String?
        var mends = false
        if let remedy = finding.remedies.first(where: \.isApplicable) {
            do throws(MigrationError) {
                _ = try MigrationPlanner(catalog: catalog).plan(remedy)
                mends = true
            } catch {
                refusal = error.description
            }
        }
        text = mends ? "martlet apply \(databaseInCommands)\(id)" : "martlet check \(databaseInCommands)--only \(id)"
        self.mends = mends
        self.refusal = refusal
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
