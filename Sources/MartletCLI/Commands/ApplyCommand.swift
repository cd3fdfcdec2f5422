import ArgumentParser
import Foundation
import Glibc
import MartletAdvisor
import MartletCore

/// `martlet apply`: mends one finding by a migration that can be undone.
struct ApplyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply",
        abstract: "Mends a finding of check by a migration that is journaled, verified and can be rolled back.",
        discussion: """
            Examples:
              martlet apply app.db foreign-key-without-index/main.messages.user_id
              martlet apply app.db duplicate-index/main.orders_by_day --dry-run
              martlet apply postgres://app@localhost/shop invalid-index/public.by_day

            Writes up.sql, down.sql and verify.sql, which you can read and run yourself. The same command goes on with \
            a migration that was interrupted. On PostgreSQL indexes are built without blocking writers.
            """
    )

    @Argument(help: ArgumentHelp(stringLiteral: DatabaseOption.help))
    var database: String

    @Argument(help: "a finding as check prints it, or a migration as status prints it")
    var finding: String?

    @Flag(help: "print the SQL and change nothing")
    var dryRun = false

    @Option(help: "where the migration's files are written")
    var directory = "martlet-migrations"

    func run() async throws {
        let target = finding ?? database
        let text: String
        do throws(CommandFailure) {
            text = try DatabaseOption.text(finding == nil ? nil : database)
        } catch {
            throw Self.isFinding(target) ? error : try Self.missingFinding(database)
        }
        let engine = try DatabaseOption.engine(text)
        let terminal = Terminal()
        let desk = MigrationDesk(engine: engine, terminal: terminal)
        let shown = DatabaseOption.shown(finding == nil ? nil : database, engine)

        let status = try await desk.runner.status()
        if let entry = status.entries.last(where: { $0.id == target || $0.migration.finding == target }),
            entry.id == target || !entry.state.isOver
        {
            if dryRun { return terminal.say(MigrationFiles(entry.migration).dryRun) }
            terminal.note("\(entry.id) \(Self.standing(entry.state))")
            let report = try await keepingFiles(of: entry.migration, if: entry.state != .applied, terminal) {
                try await desk.runner.resume(entry.id)
            }
            return conclude(report, terminal, shown)
        }

        let migration = try await plan(target, engine, shown).named(apartFrom: status.entries.map(\.migration))
        if dryRun { return terminal.say(MigrationFiles(migration).dryRun) }
        terminal.note("\(migration.plan.summary)")
        let report = try await keepingFiles(of: migration, if: true, terminal) {
            try await desk.runner.apply(migration)
        }
        conclude(report, terminal, shown)
    }

    /// Whether the only word that was given is what to apply, and no database.
    private static func isFinding(_ word: String) -> Bool {
        RuleSet.all.rules.contains { word.hasPrefix($0.name + "/") } || DatabaseOption.isMigration(word)
    }

    private static func missingFinding(_ database: String) throws(CommandFailure) -> CommandFailure {
        let shown = DatabaseOption.shown(database, try DatabaseOption.engine(database))
        return CommandFailure(
            .usage,
            "no finding was named: martlet check \(shown)lists them, each with the command that applies it"
        )
    }

    /// Writes the files first, so that whatever happens they are there, and takes them back when nothing was changed.
    private func keepingFiles(
        of migration: Migration,
        if isWanted: Bool,
        _ terminal: Terminal,
        _ body: () async throws -> MigrationReport
    ) async throws -> MigrationReport {
        let files = FileManager.default
        let folder = "\(directory)/\(migration.id)"
        guard isWanted, !files.fileExists(atPath: folder) else { return try await body() }
        let isNewDirectory = !files.fileExists(atPath: directory)
        do {
            let paths = try MigrationFiles(migration).write(to: directory, files: files)
            let names = paths.map { ($0 as NSString).lastPathComponent }
            terminal.note("  written to \(names.joined(separator: ", ")) in \(folder)")
            return try await body()
        } catch let error as MigrationError where error.changedNothing {
            try? files.removeItem(atPath: folder)
            // Removes it only if it is empty: another migration may have come meanwhile.
            if isNewDirectory { rmdir(directory) }
            throw error
        }
    }

    /// What was found of the migration that is asked for.
    private static func standing(_ state: MigrationState) -> String {
        switch state {
        case .planned, .applying: "was interrupted; going on with it"
        case .failed: "failed; going on with it"
        case .applied: "was applied before"
        case .rollingBack: "is being rolled back"
        case .rolledBack: "was rolled back; making it again"
        case .forgotten: "was forgotten; making it again"
        }
    }

    /// Finds the finding again, as the database is now, and plans its first remedy that can be carried out.
    private func plan(_ target: String, _ engine: any Engine, _ shown: String) async throws -> Migration {
        let examination = try await Examination.read(engine)
        guard let finding = examination.findings.first(where: { $0.id == target }) else {
            throw CommandFailure(
                .usage,
                "there is no finding or migration \(target) in \(engine.displayName); "
                    + "martlet check \(shown)lists the findings, martlet status \(shown)the migrations"
            )
        }
        let planner = MigrationPlanner(catalog: examination.catalog)
        guard let remedy = finding.remedies.first(where: \.isApplicable) else {
            let advice = finding.remedies.first.map { "is not for Martlet to change: \($0.summary)" }
            throw CommandFailure(
                .unsafe,
                "\(target) \(advice ?? "is for your information: there is nothing to apply")"
            )
        }
        return Migration(
            try planner.plan(remedy),
            finding: finding.id,
            dialect: engine.dialect,
            createdAt: MigrationDesk.now()
        )
    }

    private func conclude(_ report: MigrationReport, _ terminal: Terminal, _ shown: String) {
        terminal.endProgress()
        for note in report.notes { terminal.note("  \(note)") }
        let checks = Figures.count(report.verification.checks.count, "query", "queries")
        terminal.say("\(report.entry.id): \(report.outcome.rawValue), verified by \(checks).")
        terminal.say("To undo it: martlet rollback \(shown)\(report.entry.id)")
    }
}
