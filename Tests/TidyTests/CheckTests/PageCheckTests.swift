import Testing

@Suite("the checks for pages")
struct PageCheckTests {
    private func tree(_ files: [String: String]) -> SourceTree {
        SourceTree(files: files.map { SourceFile(path: $0.key, text: $0.value) }.sorted { $0.path < $1.path })
    }

    private static let root = ["Sources/MartletCLI/MartletCommand.swift": "@main\nstruct A: AsyncParsableCommand {}"]
    private static let demo = [
        "Sources/MartletCLI/Demo.swift": "struct DemoCommand: AsyncParsableCommand {\n}",
        "docs/commands/demo.md": "# demo",
    ]

    @Test("pass when there is nothing to describe, and when all is described")
    func passes() {
        #expect(CommandPageCheck.offences(in: tree([:])) == [])
        #expect(CommandPageCheck.offences(in: tree(Self.root)) == [])
        #expect(CommandPageCheck.offences(in: tree(Self.root.merging(Self.demo) { $1 })) == [])
        #expect(FindingPageCheck.offences(in: tree([:])) == [])
    }

    @Test(
        "report a command without its page, by the name it is called",
        arguments: [
            ("\nstruct IndexesCommand: ParsableCommand {\n}", "indexes"),
            ("\nstruct PoolAdvice: AsyncParsableCommand {\n}", "pool-advice"),
            ("\nstruct A: ParsableCommand {\n  let a = CommandConfiguration(commandName: \"status\")\n}", "status"),
        ]
    )
    func commandWithoutPage(_ text: String, _ name: String) {
        let offences = CommandPageCheck.offences(in: tree(["Sources/MartletCLI/Commands/A.swift": text]))
        #expect(offences.map(\.line) == [2])
        #expect(offences.first?.message.contains("docs/commands/\(name).md") == true)
    }

    @Test("want no page for a command that is nested in another, but one for that other")
    func nestedCommand() {
        let files = [
            "Sources/MartletCLI/Commands/Counter/CounterCommand.swift": "struct CounterCommand: ParsableCommand {\n}",
            "Sources/MartletCLI/Commands/Counter/AddCommand.swift": "struct AddCommand: ParsableCommand {\n}",
        ]
        let offences = CommandPageCheck.offences(in: tree(files))
        #expect(offences.map(\.path) == ["Sources/MartletCLI/Commands/Counter/CounterCommand.swift"])
    }

    @Test("report a page without its command, and a folder in which no command is recognised")
    func pageWithoutCommand() {
        let orphan = Self.demo.merging(["docs/commands/gone.md": ""]) { $1 }
        #expect(CommandPageCheck.offences(in: tree(orphan)).map(\.path) == ["docs/commands/gone.md"])
        let unknown = ["Sources/MartletCLI/Output.swift": "struct Output {}"].merging(Self.root) { $1 }
        #expect(CommandPageCheck.offences(in: tree(unknown)).map(\.path) == ["Sources/MartletCLI/Output.swift"])
    }

    @Test("report a rule that docs/findings.md leaves out, also when a longer name is there")
    func ruleWithoutText() {
        let rule = "\npackage struct A: Rule {\n  package static let name = \"foreign-key\"\n}"
        let files = ["Sources/MartletAdvisor/Rules/Catalog/A.swift": rule]
        let described = files.merging(["docs/findings.md": "## `foreign-key`\nText"]) { $1 }
        let longer = files.merging(["docs/findings.md": "## foreign-key-without-index"]) { $1 }
        #expect(FindingPageCheck.offences(in: tree(described)) == [])
        #expect(FindingPageCheck.offences(in: tree(files)).map(\.line) == [3])
        #expect(FindingPageCheck.offences(in: tree(longer)).map(\.line) == [3])
    }

    @Test("report a folder of rules in which none is recognised")
    func noRules() {
        let files = ["Sources/MartletAdvisor/Rules/A.swift": "struct A {}"]
        #expect(FindingPageCheck.offences(in: tree(files)).map(\.line) == [1])
    }
}
