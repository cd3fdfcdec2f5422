import ArgumentParser
import Martlet
import MartletAdvisor
import MartletCore

/// `martlet counter list`: the counters of a database.
struct CounterListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Lists the counters of a database. Changes nothing.",
        discussion: """
            Examples:
              martlet counter list app.db
              martlet counter list postgres://app@localhost/shop --format json
            """
    )

    @Argument(help: ArgumentHelp(stringLiteral: DatabaseOption.help))
    var database: String?

    @Option(help: "the form of the report")
    var format: OutputFormat = .text

    func run() async throws {
        let desk = try CounterDesk(database, nil)
        let counters = try await desk.store.list()
        if format == .json { return desk.terminal.say(CounterListDocument(counters).json) }
        guard !counters.isEmpty else {
            return desk.terminal.say(
                "There is no counter in \(desk.engine.displayName). Make one: martlet counter add --help"
            )
        }
        var table = TextTable(header: ["counter", "counts", "initialised", "rows"], rightAligned: [3])
        for counter in counters {
            table.append([
                counter.definition.name.text, counter.definition.summary,
                counter.initialisedAt.map { "\($0)" } ?? "no", Figures.count(counter.rows),
            ])
        }
        for line in table.lines { desk.terminal.say(line) }
        for counter in counters where !counter.gaps.isEmpty {
            for gap in counter.gaps {
                desk.terminal.say(
                    "\(counter.definition.name): \(desk.terminal.toned("unseen writes", .warning)): \(gap)"
                )
            }
            desk.terminal.say("  Next: martlet counter verify \(desk.shown)\(counter.definition.name)")
        }
    }
}

/// The report of `counter list --format json`.
private struct CounterListDocument: Encodable {
    struct Counter: Encodable {
        let name: String
        let table: String
        let keyColumns: [String]
        let condition: String?
        let sum: String?
        let parent: String?
        let initialisedAt: String?
        let rows: Int
        let unseenWrites: [String]
    }

    let counters: [Counter]

    init(_ counters: [CounterStatus]) {
        self.counters = counters.map { counter in
            let definition = counter.definition
            return Counter(
                name: definition.name.text,
                table: "\(definition.table)",
                keyColumns: definition.keyColumns,
                condition: definition.condition,
                sum: definition.sum,
                parent: definition.parent.map { "\($0.table).\($0.column)" },
                initialisedAt: counter.initialisedAt.map { "\($0)" },
                rows: counter.rows,
                unseenWrites: counter.gaps
            )
        }
    }
}
