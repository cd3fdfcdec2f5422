import ArgumentParser
import Martlet
import MartletAdvisor

/// `martlet counter fix`: makes right what is wrong.
struct CounterFixCommand: AsyncParsableCommand, Resumable {
    static let configuration = CommandConfiguration(
        commandName: "fix",
        abstract: "Sets wrong numbers right, in one snapshot and while writers go on.",
        discussion: """
            Examples:
              martlet counter fix app.db
              martlet counter fix app.db message_count
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
        try await desk.each("fix") { name in
            if dryRun { return try await desk.printScript(of: .fix(name)) }
            desk.terminal.progress("counting for \(name)")
            let correction = try await desk.store.fix(name)
            desk.terminal.endProgress()
            let checked = Figures.count(correction.keysChecked ?? 0, "key", "keys")
            desk.terminal.say("\(name): fixed \(Figures.count(correction.keysCorrected)) of \(checked).")
        }
    }
}
