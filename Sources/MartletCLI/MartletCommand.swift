import ArgumentParser
import Foundation
import Glibc
import MartletCore

/// `martlet`: makes a database fast and keeps it fast.
@main
struct MartletCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "martlet",
        abstract: "Finds what makes a database slow, and applies remedies so that they can be undone.",
        discussion: """
            Begin with:  martlet demo chat
            On your own: martlet check postgres://user@host/name
                         martlet check app.db

            What changes a database: apply, rollback, counter add, init, backfill, fix, fold and remove, each of which \
            shows its SQL with --dry-run; and load, where its scenario says writes: true. All others only read.
            Exit codes: 0 clean, 1 findings, 2 usage or unreadable input, 3 unreachable or refused, 4 changed nothing \
            because unsafe, 130 interrupted; load and verify say more in their help.
            """,
        version: "0.1.0",
        subcommands: [
            DemoCommand.self, CheckCommand.self, ApplyCommand.self, VerifyCommand.self, StatusCommand.self,
            RollbackCommand.self, CounterCommand.self, PoolCommand.self, LoadCommand.self, BenchCommand.self,
        ]
    )

    static func main() async {
        // A reader of the output that goes, such as head, must not end a migration half way.
        signal(SIGPIPE, SIG_IGN)
        let task = Task { await runToStatus() }
        let interrupts = InterruptSignal { task.cancel() }
        let status = await task.value
        interrupts.stop()
        Glibc.exit(status)
    }

    /// Runs what the command line asks for, and says how it ended.
    private static func runToStatus() async -> Int32 {
        var isResumable = false
        do {
            var command = try parseAsRoot()
            isResumable = type(of: command) is any Resumable.Type
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
            return ExitStatus.clean.rawValue
        } catch let status as ExitStatus {
            return status.rawValue
        } catch let code as ExitCode {
            return code.rawValue
        } catch let error where isAboutUsage(error) {
            let code = exitCode(for: error)
            let message = fullMessage(for: error)
            let output = code.isSuccess ? FileHandle.standardOutput : FileHandle.standardError
            if !message.isEmpty { output.write(Data((message + "\n").utf8)) }
            return code.isSuccess ? ExitStatus.clean.rawValue : ExitStatus.usage.rawValue
        } catch {
            let failure = Task.isCancelled ? interruption(error, isResumable) : CommandFailure(error)
            Terminal().note("martlet: \(failure)")
            return failure.status.rawValue
        }
    }

    /// What stopped it is worth a word only where that says more than that it stopped.
    private static func interruption(_ error: any Error, _ isResumable: Bool) -> CommandFailure {
        guard error is CancellationError || (error as? EngineError)?.code == .cancelled else {
            return CommandFailure(.interrupted, "interrupted: \(error)")
        }
        let next =
            isResumable ? "what was finished stays, and the same command goes on" : "run the same command again"
        return CommandFailure(.interrupted, "interrupted; \(next)")
    }

    /// Whether the parser of arguments made the error: then it knows the text and whether it is one at all (`--help`).
    private static func isAboutUsage(_ error: any Error) -> Bool {
        let code = exitCode(for: error)
        return code.isSuccess || code == .validationFailure
    }
}
