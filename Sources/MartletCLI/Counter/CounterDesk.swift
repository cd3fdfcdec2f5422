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

    /// Does something with the counter that was named, or with all: one that fails is reported by name, with the
    /// command that goes on from there, and the others have their turn.
    func each(_ subcommand: String, _ work: (CounterName) async throws -> Void) async throws {
        if let name { return try await work(name) }
        var statuses: Set<ExitStatus> = []
        for name in try await namedOrAll() {
            do {
                try await work(name)
            } catch let error where Self.isAboutOne(error) {
                terminal.endProgress()
                let failure = CommandFailure(error)
                terminal.note("martlet: \(name): \(failure)")
                let next = try await next(after: error, for: name) ?? "martlet counter \(subcommand) \(shown)\(name)"
                terminal.note("  Next: \(next)")
                // What is wrong with a counter is no wrong usage of the command that goes through all.
                statuses.insert(failure.status == .usage ? .unreachable : failure.status)
            }
        }
        guard let status = statuses.first else { return }
        throw statuses.count == 1 ? status : .unreachable
    }

    /// Whether others may be without the fault that made an error.
    static func isAboutOne(_ error: any Error) -> Bool {
        switch error {
        case is CounterError: true
        case let error as EngineError:
            ![.unreachable, .authenticationFailed, .connectionLost, .cancelled].contains(error.code)
        default: false
        }
    }

    /// What makes a counter whole again that lacks triggers or whose table has become another; nil for other errors.
    func next(after error: any Error, for name: CounterName) async throws -> String? {
        guard let error = error as? CounterError, error.code == .incomplete || error.code == .outdated else {
            return nil
        }
        let removal = "martlet counter remove \(shown)\(name)"
        let status = try await store.list().first { $0.definition.name == name }
        guard let status, !status.isTableGone else { return removal }
        let addition = status.definition.addCommand(shown: shown)
        return error.code == .incomplete ? addition : "\(addition)  (with the names as they are now), or \(removal)"
    }

    /// Prints the SQL instead of running it.
    func printScript(of action: CounterAction) async throws {
        terminal.say(try await store.script(of: action))
    }

    private static var hasDefaultDatabase: Bool {
        !(ProcessInfo.processInfo.environment["DATABASE_URL"] ?? "").isEmpty
    }
}
