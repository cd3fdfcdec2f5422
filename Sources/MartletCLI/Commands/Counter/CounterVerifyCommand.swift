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
        if dryRun { return try await desk.each("verify") { try await desk.printScript(of: .verify($0)) } }
        var verifications: [CounterVerification] = []
        var failures: [CounterVerificationDocument.Failure] = []
        var statuses: Set<ExitStatus> = []
        let names =
            format == .json && desk.name == nil
            ? try await desk.store.list().map(\.definition.name) : try await desk.namedOrAll()
        for name in names {
            desk.terminal.progress("counting for \(name)")
            do {
                verifications.append(try await desk.store.verify(name))
            } catch let error where Self.isFinding(error) || desk.name == nil && CounterDesk.isAboutOne(error) {
                let next = try await desk.next(after: error, for: name)
                failures.append(.init(name: name.text, reason: CommandFailure(error).description, next: next))
                statuses.insert(error is CounterError ? .findings : .unreachable)
            }
            desk.terminal.endProgress()
        }
        switch format {
        case .json: desk.terminal.say(CounterVerificationDocument(verifications, failures).json)
        case .text:
            for verification in verifications { say(verification, desk) }
            for failure in failures { say(failure, desk) }
        }
        if verifications.contains(where: { $0.isInitialised ? !$0.isExact : $0.isIncomplete }) {
            statuses.insert(.findings)
        }
        if let worst = statuses.max(by: { $0.rawValue < $1.rawValue }) { throw worst }
    }

    /// Whether it says of a counter that its table has become another.
    private static func isFinding(_ error: any Error) -> Bool {
        (error as? CounterError)?.code == .outdated
    }

    private func say(_ verification: CounterVerification, _ desk: CounterDesk) {
        let terminal = desk.terminal
        let name = verification.name
        let keys = Figures.count(verification.keysChecked, "key", "keys")
        if !verification.isInitialised {
            let next = verification.isIncomplete ? "" : " martlet counter init \(desk.shown)\(name)"
            terminal.say("\(name): not initialised; it is counted at each read.\(next)")
        } else if verification.keysWrong == 0 {
            terminal.say("\(name): \(terminal.toned("exact", .good)); \(keys), \(verification.totalCounted) in all")
        } else {
            terminal.say(
                "\(name): \(terminal.toned("WRONG", .bad)) for \(Figures.count(verification.keysWrong)) of \(keys); "
                    + "kept \(verification.totalKept), counted \(verification.totalCounted)"
            )
            for difference in verification.differences {
                let kept = difference.kept.map { "\($0)" } ?? "nothing"
                let key = CounterKeyText(difference.key, columns: verification.definition.keyColumns)
                terminal.say("  \(key): kept \(kept), counted \(difference.counted)")
            }
            let hidden = verification.keysWrong - verification.differences.count
            if hidden > 0 { terminal.say("  and \(Figures.count(hidden)) more") }
            if !verification.isIncomplete { terminal.say("  Next: martlet counter fix \(desk.shown)\(name)") }
        }
        for gap in verification.gaps { terminal.say("  \(terminal.toned("unseen writes", .warning)): \(gap)") }
        if verification.isIncomplete {
            terminal.say("  Next: \(verification.definition.addCommand(shown: desk.shown))")
        }
    }

    private func say(_ failure: CounterVerificationDocument.Failure, _ desk: CounterDesk) {
        desk.terminal.say("\(failure.name): \(desk.terminal.toned("NOT VERIFIED", .bad)); \(failure.reason)")
        if let next = failure.next { desk.terminal.say("  Next: \(next)") }
    }
}
