import ArgumentParser
import Foundation
import MartletAdvisor
import MartletCore
import MartletSQLite
import Testing

@testable import MartletCLI

/// What the documentation shows is what happens.
@Suite struct DocumentationTests {
    private static let docs = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("docs", isDirectory: true)

    private static func page(_ name: String) throws -> String {
        try String(contentsOf: docs.appendingPathComponent(name), encoding: .utf8)
    }

    @Test(
        "each command has a page, on which each option stands, and which the index leads to",
        arguments: HelpTests.commands
    )
    func page(_ command: String) async throws {
        let page = try Self.page("commands/\(command).md")
        #expect(page.hasPrefix("# martlet \(command)\n"))
        #expect(try Self.page("index.md").contains("(commands/\(command).md)"))
        for heading in ["Options", "Exit codes"] { #expect(page.contains("\n## \(heading)\n")) }
        let help = try await Command(command, "--help").run().output
        let options = help.matches(of: /\n {2}(--[a-z-]+)/).map { String($0.1) }.filter { $0 != "--version" }
        for option in options { #expect(page.contains("`\(option)"), "\(option) is not on the page of \(command)") }
    }

    @Test("each example of a page can be run and ends as the page says", arguments: HelpTests.commands)
    func examples(_ command: String) async throws {
        let page = try Self.page("commands/\(command).md")
        let folder = CommandFolder()
        try await Self.makeDatabases(in: folder)
        for block in DocumentedExample.blocks(of: "yaml", in: page) {
            // A block that begins with the name of a file is one.
            guard let name = block.firstMatch(of: /^# ([a-z-]+\.yaml)\n/) else { continue }
            try Data(block.utf8).write(to: URL(fileURLWithPath: "\(folder.path)/\(name.1)"))
        }
        let examples = DocumentedExample.all(in: page)
        #expect(!examples.isEmpty || command == "demo")
        for example in examples {
            if let script = example.line.wholeMatch(of: /sqlite3 ([a-z.]+) '(.*)'/) {
                // Not every machine has the shell of SQLite.
                let engine = SQLiteEngine(path: "\(folder.path)/\(script.1)")
                try await engine.withConnection(.readWrite) { try await $0.runScript(String(script.2)) }
                continue
            }
            let line = try await Self.withMigrations(of: "shop.db", example.line, folder)
            let result = try await Command(line: line).in(folder).run()
            #expect(result.status == example.status, "\(line): \(result)")
        }
        for block in DocumentedExample.blocks(of: "sh", in: page) {
            for line in block.split(separator: "\n") where line.hasPrefix("martlet ") {
                let words = Array(Self.words(of: String(line)).dropFirst())
                #expect(throws: Never.self, "\(line)") { try MartletCommand.parseAsRoot(words) }
            }
        }
    }

    /// As a shell splits a line: what stands between single quotation marks is one word.
    private static func words(of line: String) -> [String] {
        line.split(separator: "'", omittingEmptySubsequences: false).enumerated()
            .flatMap { number, part in
                number.isMultiple(of: 2) ? part.split(separator: " ").map(String.init) : [String(part)]
            }
    }

    @Test(
        "each rule has a section that says when it is not reported, from what on, and what mends it",
        arguments: RuleSet.all.rules.map(\.name)
    )
    func rule(_ name: String) throws {
        let sections = try Self.page("findings.md").components(separatedBy: "\n## ").dropFirst()
        let section = try #require(sections.first { $0.hasPrefix("\(name)\n") }, "\(name) has no section")
        for part in ["**Not reported**", "**Threshold:**", "**Remedy:**", "```text"] {
            #expect(section.contains(part), "\(name): \(part)")
        }
    }

    private static func makeDatabases(in folder: CommandFolder) async throws {
        let chinook = try ChinookTests.fixture("chinook")
        let indexes = try ChinookTests.fixture("chinook-indexes")
        for (name, script) in [
            ("shop.db", Shop.script), ("chinook.db", chinook), ("chinook-indexed.db", chinook + indexes),
        ] {
            let database = try await TestDatabase(.sqlite, name: name, script: script)
            try await database.run("VACUUM INTO '\(folder.path)/\(name)'")
        }
    }

    /// The line with the names that its migrations have today: they begin with the time at which they were planned.
    private static func withMigrations(
        of database: String,
        _ line: String,
        _ folder: CommandFolder
    ) async throws -> String {
        guard let documented = line.firstMatch(of: /\d{8}-\d{6}(-[a-z0-9-]+)/) else { return line }
        let status = try await Command("status", database, "--format", "json").in(folder).run().json()
        let migrations = (status["migrations"] as? [[String: Any]] ?? []).compactMap { $0["id"] as? String }
        let today = try #require(migrations.last { $0.hasSuffix(documented.1) }, "no migration for \(line)")
        return line.replacing(documented.0, with: today)
    }
}
