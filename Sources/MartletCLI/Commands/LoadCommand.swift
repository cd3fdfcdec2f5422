import ArgumentParser
import CaseStudies
import Foundation
import Martlet
import MartletAdvisor
import MartletCore
import MartletLoad
import MartletPostgres

/// `martlet load`: a database under load, and how it answers.
struct LoadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "load",
        abstract: "Puts a database under load and grades how fast it answers.",
        discussion: """
            Examples:
              martlet load dashboard.yaml app.db -c 8 -T 10s
              martlet load dashboard.yaml postgres://app@localhost/shop -c 50 -j 2 -T 60s --rate 500
              martlet load chat --engine postgres -c 50 -j 2 -t 1000
              martlet load chat --engine postgres -c 50 --pool 8 -T 10s

            The scenario file says what is run; without `writes: true` in it the sessions are read-only. An \
            application of the demo runs on a throw-away database of its own, unless you name one that holds it.
            Exit codes: 10 + n if the n-th operation of the report broke its target, failed or was never answered.
            """
    )

    @Argument(help: "a scenario file, or an application of the demo")
    var subject: String

    @Argument(help: ArgumentHelp(stringLiteral: DatabaseOption.help))
    var database: String?

    @Option(name: [.customShort("c"), .long], help: "clients at the same time, each with a session")
    var connections = 10

    @Option(help: "clients share a pool of so many sessions (default: each has its own)")
    var pool: Int?

    @Option(name: [.customShort("j"), .long], help: "threads that serve the sessions with a server")
    var threads = 1

    @Option(name: [.customShort("t"), .long], help: "ends after so many runs on each connection")
    var runs: Int?

    @Option(name: [.customShort("T"), .long], help: "no run begins after this time, such as 60s (default: 10s)")
    var time: DurationArgument?

    @Option(help: "starts in a second, at random instants (default: each after the answer to the one before)")
    var rate: Double?

    @Option(help: "time for runs that are not counted")
    var warmUp = DurationArgument(.seconds(1))

    @Option(help: "a file with targets, such as martlet.yaml; they win over those of the scenario")
    var targets: String?

    @Option(help: "from which grade on the command fails: close, acceptable or missed")
    var failOn: TargetThreshold = .missed

    @Option(help: "where the random numbers begin (default: anywhere; the report says where)")
    var seed: UInt64?

    @Option(help: "which way of an application of the demo: before, fair, seed or expert")
    var way: Way = .expert

    @Option(help: "the size of an application of the demo")
    var size: CaseSize = .small

    @Option(help: "the database that is made for an application of the demo")
    var engine: Dialect = .sqlite

    @Option(help: "the form of the report")
    var format: OutputFormat = .text

    @Option(help: "when to colour")
    var color: ColorChoice = .auto

    func validate() throws {
        guard (1...10_000).contains(connections) else { throw ValidationError("--connections is from 1 to 10000") }
        guard pool.map({ (1...10_000).contains($0) }) ?? true else {
            throw ValidationError("--pool is from 1 to 10000")
        }
        guard (1...256).contains(threads) else { throw ValidationError("--threads is from 1 to 256") }
        guard runs == nil || time == nil else { throw ValidationError("either --runs or --time ends a load") }
        guard runs.map({ (1...1_000_000_000).contains($0) }) ?? true else {
            throw ValidationError("--runs is 1 or more")
        }
        guard time.map({ $0.duration > .zero }) ?? true else { throw ValidationError("--time is more than 0") }
        // At the least a start in eleven days.
        guard rate.map({ (0.000_001...10_000_000).contains($0) }) ?? true else {
            throw ValidationError("--rate is from 0.000001 to 10000000 starts in a second")
        }
    }

    func run() async throws {
        let terminal = Terminal(color: color)
        let place = try await LoadPlace.make(self, terminal)
        do {
            var subject = try await place.subject()
            if let targets { try subject.setTargets(of: targets) }
            let report = try await load(subject, place, terminal)
            await place.close()
            try tell(report, terminal)
        } catch {
            await place.close()
            throw error
        }
    }

    /// The settings, with a seed that is drawn where none was given.
    var settings: LoadSettings {
        let length: LoadSettings.Length =
            runs.map { .runsPerConnection($0) } ?? .duration(time?.duration ?? .seconds(10))
        return LoadSettings(
            connections: connections,
            borrows: pool != nil,
            length: length,
            rate: rate,
            warmUp: warmUp.duration,
            // As many digits as a person copies without a mistake.
            seed: seed ?? UInt64.random(in: 1...999_999_999)
        )
    }

    private func load(_ subject: LoadSubject, _ place: LoadPlace, _ terminal: Terminal) async throws -> LoadReport {
        if subject.writes, place.isUsers { terminal.note("This load may write to \(place.name).") }
        if !subject.leftOut.isEmpty { terminal.note("Left out: \(subject.leftOut.joined(separator: ", ")).") }
        let settings = settings
        let result: LoadResult
        do {
            let access: Access = subject.writes ? .readWrite : .readOnly
            let executors = (place.engine as? PostgresEngine)?.taskExecutors ?? []
            result = try await withPool(of: pool, on: place.engine, access) { engine in
                try await LoadRunner(subject.operations, settings: settings)
                    .run(on: engine, access: access, executors: executors) { terminal.progress(Self.line($0)) }
            }
        } catch let failure as LoadFailure {
            throw CommandFailure(failure, subject)
        }
        terminal.endProgress()
        return LoadReport(
            result,
            settings: settings,
            pool: pool,
            threads: place.engine.dialect == .postgres ? threads : nil,
            database: place.name,
            targets: subject.targets,
            worstPassing: failOn.worstPassing
        )
    }

    /// A run waits for its turn in the pool however long that takes: it is part of its latency.
    private static let patience = Duration.seconds(86_400)

    /// Runs a body on the engine itself, or through a pool of its connections, which are all open by then.
    private func withPool<Success: Sendable>(
        of size: Int?,
        on engine: any Engine,
        _ access: Access,
        _ body: (any Engine) async throws -> Success
    ) async throws -> Success {
        guard let size else { return try await body(engine) }
        // Whoever waits in a pool is not told why there is no session; the server says it here.
        try await engine.withConnections(size, access) { _ in }
        var configuration = PoolConfiguration(max: size)
        configuration.acquireTimeout = Self.patience
        let pool = Pool(engine, configuration, access: access)
        do {
            let pooled = PooledEngine(pool)
            try await pooled.withConnections(size, access) { _ in }
            let success = try await body(pooled)
            await pool.shutdown()
            return success
        } catch {
            await pool.shutdown()
            throw error
        }
    }

    private static func line(_ progress: LoadRunner.Progress) -> String {
        let failures = progress.failures == 0 ? "" : ", \(Figures.count(progress.failures, "failure", "failures"))"
        return (progress.isWarmUp ? "warming up: " : "") + "\(Figures.duration(progress.elapsed)), "
            + "\(Figures.count(progress.completed, "run", "runs")), p95 \(Figures.duration(progress.p95))\(failures)"
    }

    private func tell(_ report: LoadReport, _ terminal: Terminal) throws {
        switch format {
        case .json: terminal.say(LoadDocument(report).json)
        case .text: for line in report.lines(terminal) { terminal.say(line) }
        }
        if report.result.isInterrupted { throw ExitStatus.interrupted }
        // Exit codes from 128 on mean signals.
        if let first = report.broken.first { throw ExitCode(Int32(min(10 + first.number, 127))) }
    }
}

/// From which grade on a load fails.
enum TargetThreshold: String, ExpressibleByArgument, CaseIterable {
    case close, acceptable, missed

    var worstPassing: TargetGrade {
        switch self {
        case .close: .achieved
        case .acceptable: .close
        case .missed: .acceptable
        }
    }
}
