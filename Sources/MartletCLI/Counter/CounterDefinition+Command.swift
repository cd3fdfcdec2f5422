import Martlet
import MartletCore

extension CounterDefinition {
    /// The command that installs it; the database stands there as `shown` says.
    func addCommand(shown: String) -> String {
        var words = ["martlet counter add \(shown)\(name)", "--count", Self.word(Self.text(table))]
        if !keyColumns.isEmpty { words += ["--by"] + keyColumns.map { Self.word(Self.text($0)) } }
        if let condition { words += ["--where", Self.word(condition)] }
        if let sum { words += ["--sum", Self.word(sum)] }
        if let parent { words += ["--into", Self.word(Self.text(parent.table) + "." + Self.text(parent.column))] }
        return words.joined(separator: " ")
    }

    private static func word(_ text: String) -> String { ShellWord.quoted(text) }

    private static func text(_ table: QualifiedName) -> String {
        let isDefault = table.schema == "public" || table.schema == "main"
        return (isDefault ? "" : text(table.schema) + ".") + text(table.name)
    }

    /// A name as SQL takes it, in quotes where it would be read otherwise.
    private static func text(_ name: String) -> String {
        name.wholeMatch(of: /[a-z_][a-z0-9_]*/) == nil ? Identifier(name).quoted : name
    }
}
