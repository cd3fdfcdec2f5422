import ArgumentParser
import Martlet
import MartletAdvisor

/// `martlet counter init`: counts all there is, once.
struct CounterInitCommand: AsyncParsableCommand, Resumable {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Counts the rows there are, in one scan of the table, while writers go on.",
        discussion: """
            Examples:
              martlet counter init app.db message_count
              martlet counter init app.db message_count --force

            Without a name: all counters. For very large tables see martlet counter backfill.
            """
    )

    @Argument(help: ArgumentHelp(stringLiteral: DatabaseOption.help))
    var database: String?

    @Argument(help: "a counter (default: all)")
    var name: String?

    @Flag(help: "count again what was initialised before")
    var force = false

    @Flag(help: "print the SQL and change nothing")
    var dryRun = false

    func run() async throws {
        let desk = try CounterDesk(database, name)
        try await desk.each("init") { name in
            if dryRun { return try await desk.printScript(of: force ? .fix(name) : .initialise(name)) }
            desk.terminal.progress("counting for \(name)")
            let correction = try await desk.store.initialise(name, force: force)
            desk.terminal.endProgress()
            guard let checked = correction.keysChecked else {
                desk.terminal.say("\(name) was initialised before; --force counts again.")
                return
            }
            desk.terminal.say(
                "\(name) is initialised: \(Figures.count(checked, "key", "keys")) counted, "
                    + "\(Figures.count(correction.keysCorrected)) set right."
            )
        }
    }
}
