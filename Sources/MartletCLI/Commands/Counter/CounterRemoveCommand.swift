import ArgumentParser
import Martlet

/// `martlet counter remove`: takes a counter away.
struct CounterRemoveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Takes a counter away: its triggers, functions and numbers. The table that it counts stays as it is.",
        discussion: """
            Example:
              martlet counter remove app.db message_count
            """
    )

    @Argument(help: ArgumentHelp(stringLiteral: DatabaseOption.help))
    var database: String?

    @Argument(help: "the counter")
    var name: String?

    @Flag(help: "print the SQL and change nothing")
    var dryRun = false

    func run() async throws {
        let desk = try CounterDesk(database, name)
        let name = try desk.named()
        if dryRun { return try await desk.printScript(of: .remove(name)) }
        try await desk.store.remove(name)
        desk.terminal.say("\(name) is removed.")
    }
}
