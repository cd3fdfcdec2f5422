import ArgumentParser
import CaseStudies
import MartletCore

/// `martlet demo`: an application taken through the whole loop, for real, on a throw-away database.
struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Shows the whole loop on an application: finds, proves, mends, verifies, and rolls back.",
        discussion: """
            Examples:
              martlet demo chat
              martlet demo chat --engine postgres --rtt 20ms
              martlet demo renders

            Builds its own database (for PostgreSQL a private server) and leaves nothing behind.
            """
    )

    @Argument(help: "the application")
    var study: CaseName = .chat

    @Option(help: "the database it runs on")
    var engine: Dialect = .sqlite

    @Option(help: "S: within a minute; 10k: the source document's size; L: for benchmarks")
    var size: CaseSize = .small

    @Option(help: "time added to each round trip, such as 50ms")
    var rtt = DurationArgument(.zero)

    @Option(help: "the indexes that the application has at first")
    var indexes: CaseIndexSet = .seed

    @Option(help: "the form of the report")
    var format: OutputFormat = .text

    @Option(help: "when to colour")
    var color: ColorChoice = .auto

    func run() async throws {
        let terminal = Terminal(color: color)
        let demo = Demo(
            study: study.study,
            dialect: engine,
            size: size,
            roundTripTime: rtt.duration,
            indexes: indexes,
            terminal: terminal,
            tellsStory: format == .text
        )
        let result = try await demo.run()
        switch format {
        case .json: terminal.say(result.json)
        case .text:
            terminal.say()
            for line in result.table { terminal.say(line) }
            terminal.say(result.legend)
            terminal.say("On your own database: martlet check postgres://user@host/name, or martlet check app.db")
        }
        if !result.isSchemaRestored { throw ExitStatus.findings }
    }
}
