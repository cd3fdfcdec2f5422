import ArgumentParser
import Martlet
import MartletAdvisor

/// `martlet counter backfill`: counts what there is, a batch of keys at a time.
struct CounterBackfillCommand: AsyncParsableCommand, Resumable {
    static let configuration = CommandConfiguration(
        commandName: "backfill",
        abstract: "Counts the rows there are in batches of keys; interrupted, it goes on.",
        discussion: """
            Examples:
              martlet counter backfill app.db message_count
              martlet counter backfill app.db message_count --batch-size 50 --throttle 100ms
              martlet counter backfill app.db message_count --no-skip-existing

            Each batch looks its keys up, so it wants an index that begins with them; martlet counter init scans once.
            """
    )

    @Argument(help: ArgumentHelp(stringLiteral: DatabaseOption.help))
    var database: String?

    @Argument(help: "a counter (default: all)")
    var name: String?

    @Option(help: "keys in one batch")
    var batchSize = BackfillOptions().batchSize

    @Flag(inversion: .prefixedNo, help: "pass over keys that have a number already")
    var skipExisting = true

    @Option(help: "a pause after each batch, as 100ms")
    var throttle = DurationArgument(.zero)

    @Flag(help: "print the SQL and change nothing")
    var dryRun = false

    func validate() throws {
        guard (1...100_000).contains(batchSize) else {
            throw ValidationError("--batch-size \(batchSize) is not between 1 and 100000")
        }
    }

    func run() async throws {
        let desk = try CounterDesk(database, name)
        let options = BackfillOptions(
            batchSize: batchSize,
            skipsExisting: skipExisting,
            throttle: throttle.duration
        )
        try await desk.each("backfill") { name in
            if dryRun { return try await desk.printScript(of: .backfill(name, options)) }
            let terminal = desk.terminal
            let correction = try await desk.store.backfill(name, options: options) { progress in
                let all = progress.keysEstimated.map { " of about \(Figures.count(max($0, progress.keysDone)))" } ?? ""
                terminal.progress("\(name): \(Figures.count(progress.keysDone))\(all) keys")
            }
            terminal.endProgress()
            terminal.say(Self.report(correction))
        }
    }

    private static func report(_ correction: CounterCorrection) -> String {
        let anew = "--no-skip-existing or martlet counter fix counts them anew"
        guard let counted = correction.keysChecked else {
            return "\(correction.name) has its numbers already, and all were passed over: \(anew)."
        }
        let skipped = correction.keysSkipped
        let rest = skipped > 0 ? ", \(Figures.count(skipped)) passed over, as they have a number: \(anew)" : ""
        return "\(correction.name) is filled: \(Figures.count(counted, "key", "keys")) counted, "
            + "\(Figures.count(correction.keysCorrected)) set right\(rest)."
    }
}
