import ArgumentParser
import Foundation
import Martlet
import MartletCore

/// `martlet counter add`: installs a counter, or all that the configuration declares.
struct CounterAddCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Installs a counter: from now on every change of the table is counted, whoever makes it.",
        discussion: """
            Examples:
              martlet counter add app.db chat_total --count chats
              martlet counter add app.db message_count --count messages --by chat_id --where 'deleted_at IS NULL'
              martlet counter add postgres://app@localhost/shop revenue --count orders --by shop_id --sum total
              martlet counter add app.db message_count --count messages --by chat_id --into chats.message_count
              martlet counter add app.db --config martlet.yaml

            Without a name it installs what martlet.yaml declares. On PostgreSQL it waits for running writers of the \
            table, but holds new ones up for 40 ms at a time at most; then it tries again.
            """
    )

    @Argument(help: ArgumentHelp(stringLiteral: DatabaseOption.help))
    var database: String?

    @Argument(help: "what to call it: lower-case letters, digits and underscores")
    var name: String?

    @Option(name: .customLong("count"), help: "the table whose rows are counted")
    var table: String?

    @Option(name: .customLong("by"), parsing: .upToNextOption, help: "the columns that tell the numbers apart")
    var keyColumns: [String] = []

    @Option(name: .customLong("where"), help: "which rows count: a condition over the columns of one row")
    var condition: String?

    @Option(help: "what is added up instead of one for each row: an expression over the columns of one row")
    var sum: String?

    @Option(name: .customLong("into"), help: "PARENT.COLUMN that keeps the number, instead of a table of Martlet's own")
    var parentColumn: String?

    @Option(help: "the configuration that declares counters, when no name is given")
    var config = Configuration.defaultPath

    @Flag(help: "print the SQL and change nothing")
    var dryRun = false

    func run() async throws {
        let desk = try CounterDesk(database, name)
        let wanted = try definitions(desk)
        // One that cannot be must not leave those before it installed.
        if wanted.count > 1 {
            for definition in wanted { _ = try await desk.store.script(of: .install(definition)) }
        }
        for definition in wanted {
            if dryRun {
                try await desk.printScript(of: .install(definition))
                continue
            }
            let isInitialised = try await desk.store.install(definition)
            let columns = definition.keyColumns.joined(separator: ", ")
            let keyed = columns.isEmpty ? "" : " by \(columns)"
            desk.terminal.say(
                "\(definition.name) is installed: every change of \(definition.table)\(keyed) is counted."
            )
            guard !isInitialised else { continue }
            desk.terminal.say(
                "Next: martlet counter init \(desk.shown)\(definition.name)  (until then it is counted at each read)"
            )
        }
    }

    private func definitions(_ desk: CounterDesk) throws -> [CounterDefinition] {
        guard let name = desk.name else {
            guard table == nil else { throw CommandFailure(.usage, "--count needs a name for the counter before it") }
            let declared = try Configuration.read(config).counters
            guard !declared.isEmpty else {
                throw CommandFailure(.usage, "\(config) declares no counters; see docs/counters.md for how it does")
            }
            return try declared.sorted { $0.key < $1.key }
                .map { try $0.value.definition(named: CounterName($0.key), dialect: desk.engine.dialect) }
        }
        guard let table else {
            throw CommandFailure(.usage, "--count TABLE is missing: the table whose rows are counted")
        }
        let declared = CounterDeclaration(
            count: table,
            by: keyColumns.flatMap(Self.columns),
            where: condition,
            sum: sum,
            into: parentColumn
        )
        return [try declared.definition(named: name, dialect: desk.engine.dialect)]
    }

    /// The columns of a list, which may be quoted, with commas in their names.
    private static func columns(_ list: String) -> [String] {
        var isQuoted = false
        return
            list.split { character in
                if character == "\"" { isQuoted.toggle() }
                return character == "," && !isQuoted
            }
            .map { $0.trimmingCharacters(in: .whitespaces) }
    }
}
