import ArgumentParser
import Martlet
import MartletAdvisor

/// `martlet counter verify`: compares counters with the rows.
struct CounterVerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Compares counters with the rows they count, key by key and in total. Changes nothing.",
        discussion: """
            Examples:
              martlet counter verify app.db
              martlet counter verify postgres://app@localhost/shop message_count --format json

            Exit code 1 if any number is wrong or a write could pass unseen.
            """
    )

    @Argument(help: ArgumentHelp(stringLiteral: DatabaseOption.help))
    var database: String?

    @Argument(help: "a counter (default: all)")
    var name: String?

    @Option(help: "the form of the report")
    var format: OutputFormat = .text

    @Flag(help: "print the SQL and run nothing")
    var dryRun = false

    func run() async throws {
        let desk = try CounterDesk(database, name)
        var verifications: [CounterVerification] = []
        let names =
            format == .json && desk.name == nil
            ? try await desk.store.list().map(\.definition.name) : try await desk.namedOrAll()
        for name in names {
            if dryRun {
                try await desk.printScript(of: .verify(name))
                continue
            }
            desk.terminal.progress("counting for \(name)")
            verifications.append(try await desk.store.verify(name))
            desk.terminal.endProgress()
        }
        guard !dryRun else { return }
        switch format {
        case .json: desk.terminal.say(CounterVerificationDocument(verifications).json)
        case .text:
            let definitions = try await desk.store.list().map(\.definition)
            for verification in verifications {
                say(verification, definitions.first { $0.name == verification.name }?.keyColumns ?? [], desk)
            }
        }
        if verifications.contains(where: { $0.isInitialised && !$0.isExact }) { throw ExitStatus.findings }
    }

    private func say(_ verification: CounterVerification, _ columns: [String], _ desk: CounterDesk) {
        let terminal = desk.terminal
        let name = verification.name
        let keys = Figures.count(verification.keysChecked, "key", "keys")
        guard verification.isInitialised else {
            terminal.say(
                "\(name): not initialised; it is counted at each read. martlet counter init \(desk.shown)\(name)"
            )
            return
        }
        if verification.keysWrong == 0 {
            terminal.say("\(name): \(terminal.toned("exact", .good)); \(keys), \(verification.totalCounted) in all")
        } else {
            terminal.say(
                "\(name): \(terminal.toned("WRONG", .bad)) for \(Figures.count(verification.keysWrong)) of \(keys); "
                    + "kept \(verification.totalKept), counted \(verification.totalCounted)"
            )
            for difference in verification.differences {
                let kept = difference.kept.map { "\($0)" } ?? "nothing"
                let key = CounterKeyText(difference.key, columns: columns)
                terminal.say("  \(key): kept \(kept), counted \(difference.counted)")
            }
            let hidden = verification.keysWrong - verification.differences.count
            if hidden > 0 { terminal.say("  and \(Figures.count(hidden)) more") }
            terminal.say("  Next: martlet counter fix \(desk.shown)\(name)")
        }
        for gap in verification.gaps { terminal.say("  \(terminal.toned("unseen writes", .warning)): \(gap)") }
    }
}
