import ArgumentParser

/// `martlet counter`: numbers that are kept, so that nobody has to count.
struct CounterCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "counter",
        abstract: "Keeps numbers of rows exact, in the same transaction as the rows, so that nobody has to count.",
        discussion: """
            Examples:
              martlet counter add app.db message_count --count messages --by chat_id --where 'deleted_at IS NULL'
              martlet counter init app.db message_count
              martlet counter verify app.db
            """,
        subcommands: [
            CounterAddCommand.self, CounterInitCommand.self, CounterBackfillCommand.self, CounterVerifyCommand.self,
            CounterFixCommand.self, CounterFoldCommand.self, CounterListCommand.self, CounterRemoveCommand.self,
        ]
    )
}
