import ArgumentParser
import Foundation
import Testing

@testable import MartletCLI

@Suite struct HelpTests {
    static let commands = MartletCommand.configuration.subcommands.compactMap { $0.configuration.commandName }

    @Test("each command explains itself and exits with 0", arguments: commands + [""])
    func help(_ command: String) async throws {
        let result = try await Command((command.isEmpty ? [] : [command]) + ["--help"]).run()
        #expect(result.status == 0 && result.errors == "", "\(result)")
        #expect(result.output.contains("USAGE: martlet \(command)"), "\(result)")
        #expect(!result.output.contains("DurationArgument"), "a type's name is no default: \(result)")
    }

    @Test("each example of a help page is a command line that is understood", arguments: commands)
    func examples(_ command: String) async throws {
        let result = try await Command(command, "--help").run()
        let page = result.output.split(separator: "USAGE:")[0]
        let examples = page.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
            .filter { $0.hasPrefix("martlet ") }
        #expect(!examples.isEmpty, "no example in \(page)")
        for example in examples {
            let words = example.split(separator: " ").dropFirst().map(String.init)
            #expect(throws: Never.self, "\(example)") { try MartletCommand.parseAsRoot(words) }
        }
    }

    @Test("says its version, and with nothing to do how to begin")
    func root() async throws {
        let version = try await Command("--version").run()
        #expect(version.status == 0 && version.output.hasPrefix("0."), "\(version)")
        let alone = try await Command([]).run()
        #expect(alone.status == 0 && alone.output.contains("martlet demo chat"), "\(alone)")
    }
}
