import ArgumentParser
import MartletAdvisor
import MartletCore

/// `martlet rollback`: undoes exactly what a migration made.
struct RollbackCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback",
        abstract: "Undoes exactly what a migration made; refuses if it was changed since.",
        discussion: """
            Examples:
              martlet rollback app.db
              martlet rollback app.db 20261121-093000-create-index-orders-day-idx
              martlet rollback postgres://app@localhost/shop --dry-run
              martlet rollback app.db 20261121-093000-create-index-orders-day-idx --forget

            Without a migration it undoes the last one that is applied. One that cannot be undone any more, because \
            its table is gone or has another name, is taken out of the way with --forget.
            """
    )

    @Argument(help: ArgumentHelp(stringLiteral: DatabaseOption.help))
    var database: String?

    @Argument(help: "a migration as status prints it (default: the last one that is applied)")
    var migration: String?

    @Flag(help: "undo it even if what it made was changed since")
    var force = false

    @Flag(help: "leave what it made as it is and never undo it: writes to the journal only")
    var forget = false

    @Flag(help: "print the SQL and change nothing")
    var dryRun = false

    func validate() throws {
        if forget, force || dryRun {
            throw ValidationError("--forget runs no SQL: leave --force and --dry-run out")
        }
        if forget, DatabaseOption.split(database, migration).migration == nil {
            throw ValidationError("--forget needs the migration, as martlet status prints it")
        }
    }

    func run() async throws {
        let (database, migration) = DatabaseOption.split(database, migration)
        let engine = try DatabaseOption.engine(try DatabaseOption.text(database))
        let terminal = Terminal()
        let desk = MigrationDesk(engine: engine, terminal: terminal)
        let entries = try await desk.runner.status().entries
        guard let entry = entries.last(where: { migration == nil ? !$0.state.isOver : $0.id == migration })
        else {
            let problem = migration.map { "the journal has no migration \($0)" } ?? "no migration is applied"
            throw CommandFailure(
                .usage,
                "\(problem) in \(engine.displayName); "
                    + "martlet status \(DatabaseOption.shown(database, engine))lists those there are"
            )
        }
        if dryRun {
            for document in MigrationFiles(entry.migration).documents where document.name == "down.sql" {
                terminal.say(document.text)
            }
            return
        }
        let report =
            forget
            ? try await desk.runner.forget(entry.id)
            : try await desk.runner.rollback(entry.id, force: force)
        for note in report.notes { terminal.note("  \(note)") }
        terminal.say("\(entry.id): \(report.outcome.rawValue).")
    }
}
