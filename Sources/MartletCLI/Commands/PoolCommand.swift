import ArgumentParser
import Foundation
import Martlet
import MartletCore

/// `martlet pool advise`: how large a pool should be.
struct PoolCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pool",
        abstract: "Says how many connections an application should keep. Changes nothing.",
        discussion: """
            Examples:
              martlet pool advise postgres://localhost/shop --processes 4
              martlet pool advise postgres://localhost/shop --max 20 --overflow 40
              martlet pool advise app.db --sweep
            """,
        subcommands: [Advise.self]
    )

    struct Advise: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "advise",
            abstract: "Says how large the pool of each process should be, and whether a planned size fits the server.",
            discussion: """
                Examples:
                  martlet pool advise postgres://localhost/shop --processes 4
                  martlet pool advise postgres://localhost/shop --max 20 --overflow 40
                  martlet pool advise app.db --sweep --statement 'TABLE orders'

                Without --sweep one statement is run. With it the server is put under load for some seconds.
                """
        )

        @Argument(help: ArgumentHelp(stringLiteral: DatabaseOption.help))
        var database: String?

        @Option(help: "processes that have a pool each")
        var processes = 1

        @Option(help: "the size that is planned, to be checked")
        var max: Int?

        @Option(help: "the overflow that is planned")
        var overflow = 0

        @Option(help: "cores of the server, where it is on another machine")
        var cores: Int?

        @Flag(help: "measure pools of different sizes: puts the server under load")
        var sweep = false

        @Option(help: "what --sweep runs; a session that measures is read-only")
        var statement = "SELECT 1"

        @Option(help: "how long --sweep measures each size in each of five rounds, such as 500ms")
        var duration = DurationArgument(.milliseconds(500))

        @Option(help: "the form of the report")
        var format: OutputFormat = .text

        func validate() throws {
            guard (1...10_000).contains(processes) else { throw ValidationError("--processes is from 1 to 10000") }
            guard (max.map { (1...100_000).contains($0) } ?? true), (0...100_000).contains(overflow) else {
                throw ValidationError("--max is from 1 to 100000, --overflow from 0")
            }
            guard max != nil || overflow == 0 else { throw ValidationError("--overflow needs --max") }
            guard cores.map({ (1...10_000).contains($0) }) ?? true else {
                throw ValidationError("--cores is from 1 to 10000")
            }
            guard duration.duration >= .milliseconds(10) else { throw ValidationError("--duration is 10ms or more") }
            guard sweep || statement == "SELECT 1" else { throw ValidationError("--statement needs --sweep") }
        }

        func run() async throws {
            let engine = try DatabaseOption.engine(try DatabaseOption.text(database))
            let terminal = Terminal()
            guard engine.dialect == .postgres else { return try await adviseFile(engine, terminal) }
            let server = try await engine.withConnection(.readOnly) { try await PoolServer.read($0) }
            let measured = try await measure(engine, limit: server.available - server.inUse, terminal)
            let advice = PoolAdvice(
                server: server,
                processes: processes,
                cores: cores ?? (server.isLocal ? ProcessInfo.processInfo.activeProcessorCount : nil),
                plan: max.map { PoolAdvice.Plan(max: $0, overflow: overflow) },
                sweep: measured
            )
            switch format {
            case .json: terminal.say(PoolAdviceDocument(advice, sweep: measured).json)
            case .text:
                for line in advice.lines { terminal.say(line) }
                say(measured, terminal)
                if measured == nil {
                    let shown = DatabaseOption.shown(database, engine)
                    let share = processes == 1 ? "" : "--processes \(processes) "
                    terminal.say("To measure it, with load on the server: martlet pool advise \(shown)\(share)--sweep")
                }
            }
            if !advice.planFits { throw ExitStatus.findings }
        }

        /// An SQLite file has no server whose limits could be met.
        private func adviseFile(_ engine: any Engine, _ terminal: Terminal) async throws {
            try await engine.withConnection(.readOnly) { _ = try await $0.run("SELECT 1 FROM sqlite_master LIMIT 1") }
            let cores = cores ?? ProcessInfo.processInfo.activeProcessorCount
            let measured = try await measure(engine, limit: 16, terminal)
            let size = measured?.knee ?? cores
            switch format {
            case .json: terminal.say(PoolAdviceDocument(fileSize: size, processes: processes, sweep: measured).json)
            case .text:
                terminal.say(
                    "SQLite has one writer at a time and no limit of connections, so there is no sum to check."
                )
                terminal.say("Advised for each process: max \(size), overflow 0.")
                terminal.say("  Readers run beside each other in a write-ahead log; writers wait for one another.")
                say(measured, terminal)
            }
        }

        private func measure(
            _ engine: any Engine,
            limit: Int,
            _ terminal: Terminal
        ) async throws -> PoolSweepResult? {
            guard sweep else { return nil }
            let sizes = PoolSweep.sizes(upTo: limit)
            var sweep = PoolSweep(
                sizes: sizes,
                statement: BoundStatement(MartletCore.Statement(unsafeText: statement))
            )
            sweep.duration = duration.duration
            let result = try await sweep.run(engine) { size, round in
                terminal.progress("measuring \(size) connections, round \(round) of \(sweep.rounds)")
            }
            terminal.endProgress()
            return result
        }

        private func say(_ sweep: PoolSweepResult?, _ terminal: Terminal) {
            guard let sweep else { return }
            var table = TextTable(header: ["connections", "statements/s", "95 % within", ""], rightAligned: [0, 1, 2])
            for point in sweep.points {
                let mark = point.size == sweep.knee ? "<- the knee" : ""
                let milliseconds = (point.p95 / .milliseconds(1)).formatted(.number.precision(.fractionLength(2)))
                table.append(["\(point.size)", "\(Int(point.perSecond))", "\(milliseconds) ms", mark])
            }
            terminal.say()
            for line in table.lines { terminal.say(line) }
        }
    }
}
