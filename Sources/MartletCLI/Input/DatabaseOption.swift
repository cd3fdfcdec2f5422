import Foundation
import MartletCore
import MartletPostgres
import MartletSQLite

/// From what a user writes to an engine.
enum DatabaseOption {
    static let help = "postgres://…, a libpq connection string, or the path of an SQLite file (default: $DATABASE_URL)"

    /// The argument, or the environment's database where it is left out.
    static func text(_ argument: String?) throws(CommandFailure) -> String {
        if let argument, !argument.isEmpty { return argument }
        if let url = ProcessInfo.processInfo.environment["DATABASE_URL"], !url.isEmpty { return url }
        throw CommandFailure(
            .usage,
            "no database was named: give postgres://user@host/name or the path of an SQLite file, or set DATABASE_URL"
        )
    }

    /// The database and the migration, where a single word may be either.
    ///
    /// With DATABASE_URL set the name of a migration is enough: no file has a name like one by chance.
    static func split(_ database: String?, _ migration: String?) -> (database: String?, migration: String?) {
        guard let database, migration == nil, isMigration(database) else { return (database, migration) }
        return (nil, database)
    }

    /// Whether a word is the name of a migration.
    static func isMigration(_ word: String) -> Bool {
        word.wholeMatch(of: /[0-9]{8}-[0-9]{6}-[\p{L}\p{M}\p{N}-]+/) != nil
    }

    /// An engine for it, with so many threads for the connections to a server; nothing is opened yet.
    static func engine(_ text: String, loops: Int = 1) throws(CommandFailure) -> any Engine {
        try checkForm(text)
        do throws(EngineError) {
            switch DatabaseLocation(text) {
            case .postgres(let connectionString): return try PostgresEngine(connectionString, loops: loops)
            case .sqlite(let path): return SQLiteEngine(path: path)
            }
        } catch {
            throw CommandFailure(error)
        }
    }

    /// Tells what is meant as a URL from the path of a file; what it says of it holds no password.
    private static func checkForm(_ text: String) throws(CommandFailure) {
        guard case .sqlite(let path) = DatabaseLocation(text), !FileManager.default.fileExists(atPath: path) else {
            return
        }
        guard let colon = path.firstIndex(of: ":") else { return }
        let scheme = path[..<colon]
        let isPostgres = ["postgres", "postgresql"].contains(scheme.lowercased())
        guard isPostgres || path[colon...].hasPrefix("://") || scheme == "jdbc" else { return }
        throw CommandFailure(
            .usage,
            isPostgres
                ? "this is not how a PostgreSQL URL is written: it begins with postgres:// or postgresql://"
                : "\(scheme): is no database that Martlet knows: give postgres://user@host/name or the path of an "
                    + "SQLite file"
        )
    }

    /// The database as it may stand in a command that is shown: without its password, quoted where a shell needs it.
    static func shown(_ argument: String?, _ engine: any Engine) -> String {
        argument == nil ? "" : ShellWord.quoted(engine.displayName) + " "
    }
}
