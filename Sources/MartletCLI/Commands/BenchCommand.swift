import ArgumentParser
import CaseStudies
import MartletAdvisor
import MartletCore

/// `martlet bench`: the claims of the source documents, measured.
struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measures an application of the demo in all its ways, what they cost, and what was claimed of them.",
        discussion: """
            Examples:
              martlet bench chat
              martlet bench renders --rows 1b,1g --engine postgres --rtt 0ms --rtt 50ms
              martlet bench all --size L --engine postgres --format markdown

            Builds its own databases (for PostgreSQL on a private server) and leaves nothing behind. All ways of an \
            operation run in turn, so that what else the machine does strikes all of them alike.
            """
    )

    @Argument(help: "the application, or all")
    var study: BenchSubject

    @Option(help: "rows to measure, such as 1b,2a (default: all)")
    var rows: String?

    @Option(help: "S: for a quick look; 10k: the first source document's size; L: for figures")
    var size: CaseSize = .small

    @Option(help: "the database it runs on")
    var engine: Dialect = .sqlite

    @Option(help: "time added to each round trip, such as 50ms; may be given several times (default: none)")
    var rtt: [DurationArgument] = []

    @Option(help: "the indexes of all ways (default: each has those that it brings along)")
    var indexes: CaseIndexSet?

    @Option(help: "time for the timed runs of one row at one distance")
    var rowTime = DurationArgument(.seconds(3))

    @Option(help: "the form of the report")
    var format: BenchFormat = .text

    @Option(help: "a file to which the report goes as JSON too")
    var save: String?

    @Option(help: "when to colour")
    var color: ColorChoice = .auto

    func validate() throws {
        guard rows == nil || !rowsAskedFor.isEmpty else {
            throw ValidationError("--rows names no row; name some, such as 1b,2a, or leave it out for all")
        }
    }

    func run() async throws {
        let terminal = Terminal(color: color)
        let settings = BenchSettings(
            dialect: engine,
            size: size,
            roundTripTimes: rtt.isEmpty ? [.zero] : rtt.map(\.duration),
            indexes: indexes,
            rows: rowsAskedFor,
            rowTime: rowTime.duration
        )
        let studies = try studies(settings)
        let file = try save.map(ReportFile.init)
        var results: [BenchResult] = []
        for study in studies {
            results.append(try await Bench(study: study, settings: settings, terminal: terminal).run())
        }
        let json = BenchDocument(results).json
        try file?.write(json)
        switch format {
        case .json: terminal.say(json)
        case .markdown: for result in results { tellMarkdown(result, terminal) }
        case .text: for result in results { tell(result, terminal) }
        }
        if results.contains(where: \.hasFailures) { throw ExitStatus.findings }
    }

    /// Rows by name; empty where none are named, which means all.
    private var rowsAskedFor: Set<String> {
        Set((rows ?? "").split { $0 == "," || $0 == " " }.map(String.init))
    }

    /// The applications that have a row that was asked for.
    private func studies(_ settings: BenchSettings) throws(CommandFailure) -> [any CaseStudy] {
        let studies = study.names.map(\.study)
        let operations = studies.flatMap { $0.operations(of: size, for: engine) }
        let unknown = settings.unknownRows(among: operations)
        guard unknown.isEmpty else {
            let missing = unknown.joined(separator: ", ")
            if settings.unknownRows(among: studies.flatMap { $0.operations(of: size) }).isEmpty {
                let other = Dialect.allCases.first { $0 != engine } ?? engine
                throw CommandFailure(.usage, "row \(missing) is there only with --engine \(other.rawValue)")
            }
            let known = operations.map(\.id).joined(separator: ", ")
            throw CommandFailure(.usage, "there is no row \(missing); there are \(known)")
        }
        return studies.filter { $0.operations(of: size, for: engine).contains(where: settings.includes) }
    }

    private func tell(_ result: BenchResult, _ terminal: Terminal) {
        terminal.say(terminal.toned(result.title, .strong))
        for table in result.tables {
            terminal.say()
            for line in table.lines { terminal.say(line) }
        }
        terminal.say()
        for line in result.legend { terminal.say(line) }
    }

    private func tellMarkdown(_ result: BenchResult, _ terminal: Terminal) {
        terminal.say("## \(result.title)")
        for table in result.tables {
            terminal.say()
            for line in table.markdown { terminal.say(line) }
        }
        terminal.say()
        for line in result.legend { terminal.say("- \(line)") }
        terminal.say()
    }
}

/// One application, or all.
enum BenchSubject: ExpressibleByArgument {
    case one(CaseName)
    case all

    init?(argument: String) {
        if argument == "all" {
            self = .all
        } else if let name = CaseName(rawValue: argument) {
            self = .one(name)
        } else {
            return nil
        }
    }

    static var allValueStrings: [String] { CaseName.allCases.map(\.rawValue) + ["all"] }

    var names: [CaseName] {
        switch self {
        case .one(let name): [name]
        case .all: CaseName.allCases
        }
    }
}

/// The form of a report that may be read in a page.
enum BenchFormat: String, ExpressibleByArgument, CaseIterable {
    case text, json, markdown
}
