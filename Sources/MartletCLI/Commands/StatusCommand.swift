import ArgumentParser
import MartletAdvisor
import MartletCore

/// `martlet status`: where the migrations of a database stand.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Lists the migrations of a database and where each stands. Changes nothing.",
        discussion: """
            Examples:
              martlet status app.db
              martlet status postgres://app@localhost/shop --format json
            """
    )

    @Argument(help: ArgumentHelp(stringLiteral: DatabaseOption.help))
    var database: String?

    @Option(help: "the form of the report")
    var format: OutputFormat = .text

    func run() async throws {
        let engine = try DatabaseOption.engine(try DatabaseOption.text(database))
        let terminal = Terminal()
        let status = try await MigrationDesk(engine: engine, terminal: terminal).runner.status()
        switch format {
        case .json: terminal.say(StatusDocument(status).json)
        case .text:
            for line in lines(status, DatabaseOption.shown(database, engine)) { terminal.say(line) }
        }
    }

    private func lines(_ status: MigrationStatus, _ shown: String) -> [String] {
        guard !status.entries.isEmpty else {
            return ["No migration was ever applied here. martlet check \(shown)finds what is worth one."]
        }
        let runner = status.activeRunner.map { ["A runner is at work now: \($0)"] } ?? []
        return runner + status.entries.flatMap { ["\($0.id)", "  \($0.standing)"] }
    }
}

/// The report of `status --format json`.
private struct StatusDocument: Encodable {
    struct Entry: Encodable {
        let id: String
        let finding: String
        let summary: String
        let state: String
        let standing: String
        let updatedAt: String
    }

    let migrations: [Entry]
    let activeRunner: String?

    init(_ status: MigrationStatus) {
        activeRunner = status.activeRunner
        migrations = status.entries.map {
            Entry(
                id: $0.id,
                finding: $0.migration.finding,
                summary: $0.migration.plan.summary,
                state: $0.state.rawValue,
                standing: $0.standing,
                updatedAt: $0.updatedAt.description
            )
        }
    }
}
