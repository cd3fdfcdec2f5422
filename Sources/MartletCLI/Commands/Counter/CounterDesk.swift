import Foundation
import Martlet
import MartletCore

/// What every counter command needs: the database, its counters, and where results go.
struct CounterDesk: Sendable {
    let engine: any Engine
    let store: any CounterStore
    let terminal = Terminal()
    /// The database as it may stand in a command that is shown.
    let shown: String
    /// The counter that was named.
    let name: CounterName?

    /// With DATABASE_URL set a counter's name is enough, unless there is a file of that name.
    init(_ database: String?, _ name: String?) throws {
        var (database, name) = (database, name)
        if let word = database, name == nil, CounterName.isValid(word), Self.hasDefaultDatabase,
            !FileManager.default.fileExists(atPath: word)
        {
            (database, name) = (nil, word)
        }
        engine = try DatabaseOption.engine(try DatabaseOption.text(database))
        store = Counters(engine).store
        shown = DatabaseOption.shown(database, engine)
        self.name = try name.map { try CounterName($0) }
    }

    /// The counter that was named; without a name there is nothing to do.
    func named() throws -> CounterName {
        guard let name else {
            throw CommandFailure(
                .usage,
                "no counter was named; martlet counter list \(shown)shows those that are there"
            )
        }
        return name
    }

    /// The counter that was named, or all.
    func namedOrAll() async throws -> [CounterName] {
        if let name { return [name] }
        let names = try await store.list().map(\.definition.name)
        if names.isEmpty {
            terminal.say("There is no counter in \(engine.displayName). Make one: martlet counter add --help")
        }
        return names
    }

    /// Prints the SQL instead of running it.
    func printScript(of action: CounterAction) async throws {
        terminal.say(try await store.script(of: action))
    }

    private static var hasDefaultDatabase: Bool {
        !(ProcessInfo.processInfo.environment["DATABASE_URL"] ?? "").isEmpty
    }
}
