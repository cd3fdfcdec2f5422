import ArgumentParser
import Martlet
import MartletAdvisor

/// `martlet counter fold`: joins what writers left apart.
struct CounterFoldCommand: AsyncParsableCommand, Resumable {
    static let configuration = CommandConfiguration(
        commandName: "fold",
        abstract: "Joins the rows that writers left apart, so that reading is as cheap as it can be.",
        discussion: """
            Examples:
              martlet counter fold postgres://app@localhost/shop
              martlet counter fold postgres://app@localhost/shop message_count

            Writers fold as they go, and this only finishes what they left. Nobody waits for it, and it does a few \
            keys at a time: interrupted, it has done some.
            """
    )

    @Argument(help: ArgumentHelp(stringLiteral: DatabaseOption.help))
    var database: String?

    @Argument(help: "a counter (default: all)")
    var name: String?

    @Flag(help: "print the SQL and change nothing")
    var dryRun = false

    func run() async throws {
        let desk = try CounterDesk(database, name)
        try await desk.each("fold") { name in
            if dryRun { return try await desk.printScript(of: .fold(name)) }
            let terminal = desk.terminal
            let folding = try await desk.store.fold(name) { progress in
                terminal.progress("\(name): \(Figures.count(progress.keysDone)) keys")
            }
            terminal.endProgress()
            desk.terminal.say(
                "\(name): \(Figures.rows(folding.rowsBefore)) before, \(Figures.count(folding.rowsAfter)) after."
            )
        }
    }
}
