import ArgumentParser
import MartletAdvisor
import MartletCore

/// `martlet check`: what is wrong with a database, read-only and within seconds.
struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract:
            "Says what is wrong with a database: keys, indexes, statistics, sequences, statements. Changes nothing.",
        discussion: """
            Examples:
              martlet check app.db
              martlet check postgres://app@localhost/shop
              martlet check app.db --fail-on warning --format json
              martlet check app.db --only table-without-primary-key/main.events
            """
    )

    @Argument(help: ArgumentHelp(stringLiteral: DatabaseOption.help))
    var database: String?

    @Option(help: "the form of the report")
    var format: OutputFormat = .text

    @Option(help: "exit with 1 when there is a finding of this severity or above")
    var failOn: SeverityThreshold = .critical

    @Option(help: "a finding or a rule: show only this, with all that is known about it")
    var only: String?

    @Option(help: "when to colour")
    var color: ColorChoice = .auto

    func run() async throws {
        let text = try DatabaseOption.text(database)
        let engine = try DatabaseOption.engine(text)
        let terminal = Terminal(color: color)
        terminal.progress("reading the catalog of \(engine.displayName)")
        var examination = try await Examination.read(engine)
        terminal.endProgress()
        let shown = DatabaseOption.shown(database, engine)
        if let only {
            examination = examination.only(only)
            if examination.findings.isEmpty, !RuleSet.all.rules.contains(where: { $0.name == only }) {
                throw CommandFailure(
                    .usage,
                    "there is no finding “\(only)” in \(engine.displayName), and no rule of that name; "
                        + "martlet check \(shown)lists the findings"
                )
            }
        }
        let report = CheckReport(
            examination,
            engine: engine,
            databaseInCommands: shown,
            isDetailed: only != nil
        )
        switch format {
        case .text: for line in report.lines(terminal) { terminal.say(line) }
        case .json: terminal.say(report.json)
        }
        if let threshold = failOn.severity, examination.findings.contains(where: { $0.severity >= threshold }) {
            throw ExitStatus.findings
        }
    }
}
