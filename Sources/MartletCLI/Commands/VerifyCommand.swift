import ArgumentParser
import MartletAdvisor
import MartletCore

/// `martlet verify`: asks the database whether the migrations are still in place.
struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract:
            "Asks the database whether applied migrations are in place. Changes nothing; exits with 1 if one is not.",
        discussion: """
            Examples:
              martlet verify app.db
              martlet verify app.db 20261121-093000-create-index-orders-day-idx
            """
    )

    @Argument(help: ArgumentHelp(stringLiteral: DatabaseOption.help))
    var database: String?

    @Argument(help: "a migration as status prints it (default: all that are applied)")
    var migration: String?

    func run() async throws {
        let (database, migration) = DatabaseOption.split(database, migration)
        let engine = try DatabaseOption.engine(try DatabaseOption.text(database))
        let terminal = Terminal()
        let runner = MigrationDesk(engine: engine, terminal: terminal).runner
        let entries = try await runner.status().entries
        let ids = migration.map { [$0] } ?? entries.filter { $0.state == .applied }.map(\.id)
        guard !ids.isEmpty else {
            return terminal.say("No migration is applied in \(engine.displayName); there is nothing to verify.")
        }
        var isComplete = true
        for id in ids {
            let verification = try await runner.verify(id)
            isComplete = isComplete && verification.isInPlace
            let word = verification.isInPlace ? terminal.toned("in place", .good) : terminal.toned("NOT in place", .bad)
            terminal.say("\(id): \(word)")
            for check in verification.checks where !check.isTrue {
                terminal.say("  \(check.problem ?? "did not give true"): \(check.query)")
            }
        }
        if !isComplete { throw ExitStatus.findings }
    }
}
